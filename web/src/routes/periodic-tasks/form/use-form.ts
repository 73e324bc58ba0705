import { useCallback, useMemo, useRef, useState } from "react";
import { useLanguage } from "../../../i18n/language.tsx";
import { createPeriodicTask, updatePeriodicTask } from "../../../services/periodic-tasks.ts";
import { problemOf } from "../../../services/problem.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { type Draft, draftOf, inputOf, type ScheduleDraft, unreadJson } from "./draft.ts";
import { FieldErrors } from "./field-errors.ts";

interface Options {
  initial: Draft;
  /** The periodic task that is edited; undefined for a new one. */
  id: number | undefined;
  /** Runbooks that stand for none. */
  skeletons: readonly string[];
  /** Whether a task of this name takes an input, or args and kwargs. */
  hasSchemaOf: (task: string) => boolean;
  onSaved: (saved: PeriodicTaskView) => void;
}

/** Puts the reader where a mistake is, or at the nearest field around it. */
export function showField(path: string): void {
  let around = path;
  let element: HTMLElement | null = null;
  while (element === null && around !== "") {
    element = document.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(around)}"]`);
    around = around.slice(0, around.lastIndexOf("/"));
  }
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
}

/** The form's state: what is typed, what the server said to it, and which version it was made from. */
export function useForm({ initial, id, skeletons, hasSchemaOf, onSaved }: Options) {
  const [draft, setDraft] = useState(initial);
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [isStrict, setStrict] = useState(false);
  const [current, setCurrent] = useState<PeriodicTaskView>();
  const [epoch, setEpoch] = useState(0);
  const isSaved = useRef(false);

  const change = useCallback((changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes })), []);
  const changeSchedules = useCallback(
    (update: (schedules: ScheduleDraft[]) => ScheduleDraft[]) =>
      setDraft((now) => ({ ...now, schedules: update(now.schedules) })),
    [],
  );
  const latest = useRef(draft);
  latest.current = draft;
  const isDirty = useCallback(
    () => !isSaved.current && JSON.stringify(latest.current) !== JSON.stringify(initial),
    [initial],
  );

  const save = async (version = draft.version) => {
    setStrict(true);
    setFailure(undefined);
    const hasSchema = hasSchemaOf(draft.task);
    const unread = unreadJson(draft, hasSchema);
    if (unread !== undefined) return showField(unread);
    setBusy(true);
    try {
      const input = inputOf({ ...draft, version }, hasSchema, skeletons);
      const saved = await (id === undefined ? createPeriodicTask(input) : updatePeriodicTask(id, input));
      isSaved.current = true;
      onSaved(saved);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === "stale_version" && problem.current !== undefined) {
        setCurrent(problem.current as PeriodicTaskView);
        return;
      }
      setFailure(error);
      const [first] = FieldErrors.of(problem, "en").list;
      if (first) requestAnimationFrame(() => showField(first.path));
    } finally {
      setBusy(false);
    }
  };

  const { language } = useLanguage();
  const errors = useMemo(
    () => FieldErrors.of(failure === undefined ? undefined : problemOf(failure), language),
    [failure, language],
  );
  return {
    draft,
    change,
    changeSchedules,
    errors,
    failure,
    isBusy,
    isStrict,
    isDirty,
    current,
    /** Changes when the whole content was replaced, so that fields with a text of their own start anew. */
    epoch,
    save: () => save(),
    keepMine: () => {
      const version = current?.version;
      setCurrent(undefined);
      change({ version });
      void save(version);
    },
    takeTheirs: () => {
      if (current) setDraft(draftOf(current));
      setEpoch((now) => now + 1);
      setCurrent(undefined);
    },
    closeStale: () => setCurrent(undefined),
  };
}
