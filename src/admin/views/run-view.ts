import type { SeenRun, WholeRun } from "../../catalog/run-listing.ts";
import type { Attempt, RunError } from "../../run/run.ts";
import type { RunSummary, RunView } from "../contract.ts";
import { payloadViewOf } from "./periodic-task-view.ts";

const FAR_AWAY = Date.UTC(9999, 0);

export function runSummaryOf(run: SeenRun): RunSummary {
  const { progress } = run;
  return {
    id: run.id,
    task: run.task,
    state: run.state,
    retrying: run.state === "scheduled" && run.retries > 0,
    queue: run.queue,
    priority: run.priority,
    periodicTask: run.periodicTask,
    origin: run.origin.kind,
    originBy: run.origin.by ?? null,
    schedule: run.schedule,
    nominalAt: run.nominalAt ?? null,
    queuedAt: run.queuedAt,
    // What waits for a run that was sent in its place waits for no time.
    availableAt: run.availableAt < FAR_AWAY ? run.availableAt : null,
    startedAt: run.startedAt ?? null,
    endedAt: run.endedAt ?? null,
    durationMs: run.durationMs,
    worker: run.worker ?? null,
    attempt: run.attempt,
    progress:
      progress === undefined
        ? null
        : { current: progress.current, total: progress.total ?? null, text: progress.text ?? null },
    cancelRequestedAt: run.cancelRequestedAt ?? null,
    warnings: [...run.warnings],
  };
}

export function runViewOf(run: WholeRun): RunView {
  // A retry moves the earliest start, and what was asked for first is then not known any more.
  const asked = run.nominalAt ?? (run.retries > 0 ? undefined : run.availableAt);
  return {
    ...runSummaryOf(run),
    ...payloadViewOf(run.payload),
    ...(run.result !== undefined && { result: run.result }),
    error: errorViewOf(run.error),
    attempts: attemptsOf(run),
    parentId: run.parentId ?? null,
    rootId: run.rootId ?? null,
    children: run.children.map((child) => ({ ...child })),
    expiresAt: run.expiresAt ?? null,
    scheduleVersion: run.scheduleVersion ?? null,
    latenessMs: run.startedAt === undefined || asked === undefined ? null : Math.max(run.startedAt - asked, 0),
    rerunOf: run.origin.rerunOf ?? null,
    detached: run.options.detached ?? false,
    headers: run.options.headers ?? {},
    told: toldOf(run),
  };
}

function toldOf({ wire }: WholeRun): RunView["told"] {
  if (wire?.observed === undefined) return null;
  const { argsRepr = "", kwargsRepr = "", observed } = wire;
  return { args: argsRepr, kwargs: kwargsRepr, inputUnknown: observed.inputUnknown };
}

/** The kept ones are those that did not end the run; the last one stands in the run's own row. */
function attemptsOf(run: WholeRun): RunView["attempts"] {
  const kept = run.attempts.map(attemptViewOf);
  const { attemptStartedAt } = run;
  if (attemptStartedAt === undefined) return kept;
  const isOver = run.attempts.some(({ number, outcome }) => number === run.attempt && outcome !== "late");
  if (isOver) return kept;
  const last = {
    number: run.attempt,
    worker: run.worker ?? null,
    startedAt: attemptStartedAt,
    endedAt: run.endedAt ?? null,
    outcome: run.endedAt === undefined ? "running" : run.state,
    error: errorViewOf(run.error),
  };
  return [...kept, last].sort((a, b) => a.number - b.number);
}

function attemptViewOf(attempt: Attempt): RunView["attempts"][number] {
  return {
    number: attempt.number,
    worker: attempt.worker ?? null,
    startedAt: attempt.startedAt ?? null,
    endedAt: attempt.endedAt,
    outcome: attempt.outcome,
    error: errorViewOf(attempt.error),
  };
}

function errorViewOf(error: RunError | undefined): RunView["error"] {
  if (error === undefined) return null;
  return { name: error.name, message: error.message, stack: error.stack ?? null, code: error.code ?? null };
}
