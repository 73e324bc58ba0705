import type { Selectable } from "kysely";
import type { Instant } from "../../base/clock.ts";
import { slotOf } from "../../firing/run-lock.ts";
import type { Arrival } from "../../run/arrival.ts";
import { leftOf } from "../../run/record-rule.ts";
import type { Attempt, NewRun, Run, RunError, RunWire } from "../../run/run.ts";
import type { ClaimedRun, UnpublishedRun } from "../../run/run-store.ts";
import type { Payload } from "../../task/payload.ts";
import type { AttemptRow, RunDoneRow, RunLiveRow } from "../rows.ts";

/** A live run's row as the driver hands it over. */
export type LiveRow = Selectable<RunLiveRow>;
export type DoneRow = Selectable<RunDoneRow>;

/** What a row of `run_live` is made of, for whoever adds one: a run that is sent, or a firing's. */
export type RunToInsert = NewRun;

/** The columns of `run_live` that a new run fills, in the order of {@link insertValues}. */
export const insertColumns = [
  "id",
  "task",
  "queue",
  "priority",
  "state",
  "input",
  "options",
  "origin",
  "periodic_task_id",
  "schedule_id",
  "schedule_version",
  "nominal_at",
  "parent_id",
  "root_id",
  "lock_key",
  "available_at",
  "expires_at",
  "queued_at",
  "wire",
  "published_at",
] as const;

/** The state in which a new run that has its slot is written. */
export function firstState(run: RunToInsert, arrival: Arrival): "scheduled" | Arrival {
  return run.availableAt > run.queuedAt ? "scheduled" : arrival;
}

/**
 * @param lockKey the slot that the run has, or the key of its lock where it waits for one; default: the first slot
 * @param publishedAt when a broker took its message; default: it has not
 */
export function insertValues(
  run: RunToInsert,
  state: "ready" | "scheduled" | "unpublished" | "held" | "running",
  lockKey: string | null = run.lock === undefined ? null : slotOf(run.lock.key, 0),
  publishedAt: Instant | null = null,
): unknown[] {
  return [
    run.id,
    run.task,
    run.queue,
    run.priority,
    state,
    JSON.stringify(run.payload),
    optionsText(run.options),
    JSON.stringify(run.origin),
    run.periodicTaskId ?? null,
    run.scheduleId ?? null,
    run.scheduleVersion ?? null,
    run.nominalAt ?? null,
    run.parentId ?? null,
    run.rootId ?? null,
    lockKey,
    run.availableAt,
    run.expiresAt ?? null,
    run.queuedAt,
    run.wire === undefined ? null : JSON.stringify(run.wire),
    publishedAt,
  ];
}

/** The rule of recording stands first, so that statements find it at its place: an option's own text may hold what JSON functions refuse. */
function optionsText(options: NewRun["options"]): string {
  const { record } = options;
  return JSON.stringify(record === undefined ? options : { record, ...options });
}

/**
 * Whether an end in `state` leaves nothing of the row `r`, whose options are a text: what `run/record-rule.ts` says of a run. Only where the database is
 * its broker.
 */
export const leavesNothingSql = (r: string, options: string, state: string) => `
  case when ${options} not like '{"record":%' or ${r}.periodic_task_id is not null or ${r}.wire is not null then false
  else ${options} like '{"record":"none"%' or (${state} = 'succeeded' and ${options} like '{"record":"failures"%') end`;

type SharedRow = Pick<
  LiveRow,
  "id" | "task" | "queue" | "priority" | "input" | "options" | "origin" | "available_at" | "queued_at"
> &
  Partial<
    Pick<
      LiveRow,
      | "periodic_task_id"
      | "schedule_id"
      | "schedule_version"
      | "nominal_at"
      | "parent_id"
      | "root_id"
      | "expires_at"
      | "wire"
    >
  >;

/** A run's row as a claim brings it: what most runs do not have may be absent. */
export type ClaimRow = SharedRow &
  Pick<LiveRow, "seq" | "claim" | "attempt"> &
  Partial<Pick<LiveRow, "retries" | "started_at" | "lost" | "suspect">>;

/** A text that was read, and what it says. Most runs have the same options and origin as those before them. */
interface LastRead {
  text: string;
  value: unknown;
}

const optionsOf: LastRead = { text: "{}", value: {} };
const originOf: LastRead = { text: "{}", value: {} };

function read(last: LastRead, text: string): unknown {
  if (last.text !== text) {
    last.value = JSON.parse(text);
    last.text = text;
  }
  return last.value;
}

/** What live and finished rows have in common, as it was sent. */
function sentPart(row: SharedRow): NewRun {
  return {
    id: row.id,
    task: row.task,
    payload: JSON.parse(row.input) as Payload,
    queue: row.queue,
    priority: row.priority,
    options: read(optionsOf, row.options) as NewRun["options"],
    origin: read(originOf, row.origin) as NewRun["origin"],
    availableAt: row.available_at,
    queuedAt: row.queued_at,
    ...(row.expires_at != null && { expiresAt: row.expires_at }),
    ...(row.periodic_task_id != null && { periodicTaskId: row.periodic_task_id }),
    ...(row.schedule_id != null && { scheduleId: row.schedule_id }),
    ...(row.schedule_version != null && { scheduleVersion: row.schedule_version }),
    ...(row.nominal_at != null && { nominalAt: row.nominal_at }),
    ...(row.parent_id != null && { parentId: row.parent_id }),
    ...(row.root_id != null && { rootId: row.root_id }),
    ...(row.wire != null && { wire: JSON.parse(row.wire) as RunWire }),
  };
}

export function unpublishedRun(row: LiveRow & { readonly periodic_task_name: string | null }): UnpublishedRun {
  return {
    ...sentPart(row),
    claim: row.claim,
    retries: row.retries,
    ...(row.periodic_task_name !== null && { periodicTaskName: row.periodic_task_name }),
  };
}

/** @param isCarried the database is the run's broker: how much is left of it is its task's to say */
export function claimedRun(row: ClaimRow, processId: number, { isCarried = false } = {}): ClaimedRun {
  const sent = sentPart(row);
  const leaves = isCarried ? leftOf(sent) : undefined;
  return {
    ...sent,
    processId,
    claim: row.claim,
    attempt: row.attempt + 1,
    retries: row.retries ?? 0,
    ...(row.started_at != null && { startedAt: row.started_at }),
    lost: row.lost ?? 0,
    suspect: row.suspect === 1,
    ...(leaves !== undefined && { leaves }),
  };
}

function optionalJson<K extends string>(key: K, text: string | null): { [key in K]?: never } {
  return (text === null ? {} : { [key]: JSON.parse(text) }) as { [key in K]?: never };
}

/** `worker` is the name of the process that holds the run, where the reader knows it. */
export function liveRun(row: LiveRow & { worker?: string | null }): Run {
  return {
    ...sentPart(row),
    state: row.state as Run["state"],
    claim: row.claim,
    attempt: row.attempt,
    retries: row.retries,
    ...(row.process_id !== null && { processId: row.process_id }),
    ...(row.worker != null && { worker: row.worker }),
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.attempt_started_at !== null && { attemptStartedAt: row.attempt_started_at }),
    ...optionalJson("progress", row.progress),
    ...(row.cancel_requested_at !== null && { cancelRequestedAt: row.cancel_requested_at }),
    ...(row.waits_for !== null && { waitsFor: row.waits_for }),
  };
}

export function doneRun(row: DoneRow): Run {
  return {
    ...sentPart(row),
    state: row.state as Run["state"],
    claim: 0,
    attempt: row.attempt,
    retries: row.retries,
    ...(row.process !== null && { worker: row.process }),
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.attempt_started_at !== null && { attemptStartedAt: row.attempt_started_at }),
    endedAt: row.ended_at,
    ...optionalJson("progress", row.progress),
    ...optionalJson("result", row.result),
    ...optionalJson("error", row.error),
  };
}

export function attemptOf(row: Selectable<AttemptRow>): Attempt {
  return {
    number: row.number,
    ...(row.process !== null && { worker: row.process }),
    ...(row.started_at !== null && { startedAt: row.started_at }),
    endedAt: row.ended_at,
    outcome: row.outcome as Attempt["outcome"],
    ...(row.error !== null && { error: JSON.parse(row.error) as RunError }),
  };
}
