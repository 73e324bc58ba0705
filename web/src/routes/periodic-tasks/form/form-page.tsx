import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router-dom";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { api } from "../../../services/api.ts";
import { useSession } from "../../../services/session.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { draftOf, duplicateOf, emptyDraft } from "./draft.ts";
import { useFormMessages } from "./messages.ts";
import { PeriodicTaskForm } from "./periodic-task-form.tsx";

/** Makes a new periodic task, a copy of one (`?from=`), or changes one. */
export default function FormPage() {
  const { id } = useParams();
  const [params] = useSearchParams();
  const from = params.get("from") ?? undefined;
  const source = id ?? from;
  return source === undefined ? (
    <NewForm key="new" />
  ) : (
    <LoadedForm key={source} source={source} isCopy={id === undefined} />
  );
}

function NewForm() {
  const m = useFormMessages();
  const zone = useSession()?.settings.timeZone ?? "UTC";
  const [initial] = useState(() => emptyDraft(zone, m.runbook.skeleton));
  return (
    <>
      <PageHead title={m.titles.create} />
      <PeriodicTaskForm initial={initial} edited={undefined} />
    </>
  );
}

function LoadedForm({ source, isCopy }: { source: string; isCopy: boolean }) {
  const m = useFormMessages();
  // Read once: what somebody else changes meanwhile must not move under the hands; saving tells.
  const answer = useQuery({
    queryKey: ["periodic-task-form", source],
    queryFn: ({ signal }) => api.get<PeriodicTaskView>(`periodic-tasks/${source}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (answer.error)
    return <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <LoadingRows />;
  return <FilledForm view={answer.data} isCopy={isCopy} />;
}

function FilledForm({ view, isCopy }: { view: PeriodicTaskView; isCopy: boolean }) {
  const m = useFormMessages();
  const [initial] = useState(() =>
    isCopy ? duplicateOf(view, m.titles.copy(view.name), m.runbook.skeleton) : draftOf(view, m.runbook.skeleton),
  );
  return (
    <>
      <PageHead title={isCopy ? m.titles.create : m.titles.edit(view.name)} />
      <PeriodicTaskForm initial={initial} edited={isCopy ? undefined : view} />
    </>
  );
}
