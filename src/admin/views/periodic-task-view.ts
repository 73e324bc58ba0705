import { driftFromCode } from "../../catalog/code/drift.ts";
import { describeHeld } from "../../catalog/held-words.ts";
import type { DescribedSchedule, ListedPeriodicTask } from "../../catalog/periodic-task-listing.ts";
import type { Pause } from "../../ledger/pause-store.ts";
import type { HeldReason } from "../../ledger/periodic-task-store.ts";
import type { Payload } from "../../task/payload.ts";
import type { PauseInForce, PeriodicTaskSummary, PeriodicTaskView, ScheduleView } from "../contract.ts";
import { keepViewOf } from "./keep-view.ts";

export const scheduleViewOf = (schedule: DescribedSchedule, periodicTaskId: number): ScheduleView => ({
  id: schedule.id,
  periodicTaskId,
  name: schedule.name,
  definition: schedule.definition,
  zone: schedule.zone,
  enabled: schedule.enabled,
  input: schedule.input,
  gap: schedule.gap,
  fold: schedule.fold,
  calendar: schedule.calendar === null ? null : { ...schedule.calendar },
  startsAt: schedule.startsAt,
  endsAt: schedule.endsAt,
  misfire: schedule.misfire,
  catchUpWindowMs: schedule.catchUpWindowMs,
  catchUpCap: schedule.catchUpCap,
  jitterMs: schedule.jitterMs,
  description: schedule.description,
  nextAt: schedule.firesAt,
  accountedTo: schedule.accountedTo,
  error: schedule.error,
  paused: schedule.pause && pauseInForceOf(schedule.pause),
  offsetChange: schedule.offsetChange,
  version: schedule.version,
});

/** Pauses of times alone hold periodic tasks and schedules back. */
function pauseInForceOf(pause: Pause): PauseInForce {
  return { ...pause, scope: pause.scope as PauseInForce["scope"] };
}

function heldReasonOf(held: HeldReason | null): PeriodicTaskSummary["heldReason"] {
  if (held === null) return null;
  const { kind, at, runId = null, count = null } = held;
  return { kind, at, runId, count, text: describeHeld(held) };
}

export function periodicTaskSummaryOf(task: ListedPeriodicTask): PeriodicTaskSummary {
  const { pause, last } = task;
  const times = task.schedules.flatMap(({ firesAt }) => firesAt ?? []);
  return {
    id: task.id,
    uid: task.uid,
    name: task.name,
    task: task.task,
    enabled: task.enabled,
    archivedAt: task.archivedAt,
    paused: pause && pauseInForceOf(pause),
    heldReason: heldReasonOf(task.heldReason),
    codeApp: task.codeApp,
    queue: task.effectiveQueue,
    tags: [...task.tags],
    owner: task.owner,
    schedules: task.schedules.map((schedule) => scheduleViewOf(schedule, task.id)),
    nextAt: times.length === 0 ? null : Math.min(...times),
    last:
      last === null ? null : { runId: last.runId, state: last.state, at: last.endedAt, durationMs: last.durationMs },
    strip: [...task.strip],
    warnings: [...task.warnings],
    version: task.version,
  };
}

export function periodicTaskViewOf(task: ListedPeriodicTask): PeriodicTaskView {
  const { options } = task;
  return {
    ...periodicTaskSummaryOf(task),
    ...payloadViewOf(task.payload),
    description: task.description,
    ownerId: task.ownerId,
    queueSetting: task.queue,
    priority: task.priority,
    expiresMs: options.expiresMs ?? null,
    timeLimitMs: options.timeLimitMs ?? null,
    softTimeLimitMs: options.softTimeLimitMs ?? null,
    keep: keepViewOf(options.keep),
    overlap: options.overlap,
    overlapLimit: options.overlapLimit ?? null,
    overlapQueue: options.overlapQueue ?? null,
    abandonAfterMs: options.abandonAfterMs ?? null,
    endAfterRuns: options.endAfterRuns ?? null,
    disableAfterFailures: options.disableAfterFailures ?? null,
    holdOnError: options.holdOnError ?? false,
    headers: { ...options.headers },
    drift: driftFromCode(task).map((one) => ({ ...one })),
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
  };
}

export function payloadViewOf(payload: Payload): Pick<PeriodicTaskView, "input" | "args" | "kwargs"> {
  return "input" in payload ? { input: payload.input } : { args: [...payload.args], kwargs: { ...payload.kwargs } };
}
