import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useDebounced } from "../../../components/debounced.ts";
import { useLanguage } from "../../../i18n/language.tsx";
import { useProblemText } from "../../../i18n/problem-messages.ts";
import { api } from "../../../services/api.ts";
import { problemOf } from "../../../services/problem.ts";
import type { SchedulePreview } from "../../../services/wire.ts";
import { comingTimes } from "./coming-times.ts";
import { previewOf, type ScheduleDraft } from "./draft.ts";
import { FieldErrors } from "./field-errors.ts";

export interface Preview {
  /** The last that was valid. */
  data: SchedulePreview | undefined;
  /** It does not belong to what is typed now: grey. */
  isStale: boolean;
  /** What is wrong with the definition; paths as `/expression`. */
  errors: FieldErrors;
  /** Why there is no preview, when it is not a field's fault. */
  failure: string | undefined;
  /** Not everything is filled in yet. */
  isIncomplete: boolean;
}

const typingMs = 150;
/** As many coming times as one answer holds: the form's sentences count in them, the panel shows the first ten. */
const askedTimes = 100;
/** Times that have passed are no next ones: the preview is asked for again, but not in a rush for every second's schedule. */
const soonestMs = 2_000;
const latestMs = 3_600_000;

function untilPassed(preview: SchedulePreview | undefined): number | false {
  const [first] = preview?.times ?? [];
  return first ? Math.min(Math.max(first.at - Date.now(), soonestMs), latestMs) : false;
}

/** A half-typed schedule is not a mistake yet: nothing is asked for it. */
function isIncomplete(draft: ScheduleDraft): boolean {
  if (draft.zone.trim() === "") return true;
  switch (draft.kind) {
    case "interval":
      return draft.every.trim() === "";
    case "crontab":
      return draft.expression.trim() === "";
    case "solar":
      return draft.latitude.trim() === "" || draft.longitude.trim() === "";
    case "clocked":
      return draft.at === "";
  }
}

const wantedOf = (draft: ScheduleDraft): string => JSON.stringify({ ...previewOf(draft), count: askedTimes });

const previewQuery = (wanted: string) => ({
  queryKey: ["schedules", "preview", wanted] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.post<SchedulePreview>("schedules/preview", JSON.parse(wanted), signal),
  staleTime: 30_000,
});

/** The sentence, the next times and the warnings of what is typed, by the engine that fires. */
export function usePreview(draft: ScheduleDraft): Preview {
  const wanted = wantedOf(draft);
  const settled = useDebounced(wanted, typingMs);
  const incomplete = isIncomplete(draft);
  const answer = useQuery({
    ...previewQuery(settled),
    enabled: !incomplete,
    refetchInterval: ({ state }) => untilPassed(state.data),
  });
  const last = useRef<SchedulePreview>(undefined);
  if (answer.data && !incomplete) last.current = answer.data;
  const isCurrent = settled === wanted && !incomplete;
  const problem = answer.error && isCurrent ? problemOf(answer.error) : undefined;
  const { language } = useLanguage();
  const problemText = useProblemText();
  const errors = FieldErrors.of(problem, language);
  return {
    data: last.current,
    isStale: !isCurrent || answer.data === undefined,
    errors,
    failure: problem && errors.list.length === 0 ? problemText(problem) : undefined,
    isIncomplete: incomplete,
  };
}

/** The next times of all schedules that are on, as one list, from the same answers as their panels show. */
export function useComing(schedules: readonly ScheduleDraft[]): number[] {
  const inForce = schedules.filter((schedule) => schedule.enabled && !isIncomplete(schedule));
  const settled = useDebounced(JSON.stringify(inForce.map(wantedOf)), typingMs);
  return useQueries({
    queries: (JSON.parse(settled) as string[]).map((wanted) => ({
      ...previewQuery(wanted),
      placeholderData: keepPreviousData,
    })),
    combine: (answers) =>
      comingTimes(
        answers.flatMap(({ data }) => data ?? []),
        askedTimes,
      ),
  });
}

/** The times of what is typed in a stretch of time, both ends included; up to 1,000 of them, then `more` is set. */
export function useTimesBetween(draft: ScheduleDraft, from: number | undefined, until: number | undefined) {
  const plan = useDebounced(JSON.stringify(previewOf(draft)), typingMs);
  const isAsked = from !== undefined && until !== undefined && from <= until && !isIncomplete(draft);
  return useQuery({
    queryKey: ["schedules", "between", plan, from, until],
    queryFn: ({ signal }) =>
      api.post<SchedulePreview>("schedules/preview", { ...JSON.parse(plan), after: (from ?? 0) - 1, until }, signal),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
