import type { Instant } from "../../base/clock.ts";
import { canonicalJson, isJsonObject } from "../../base/json.ts";
import { RELAY_LEASE_MS } from "../../run/relay-lease.ts";
import type { RunWire } from "../../run/run.ts";
import type { Acceptance, IncomingRun } from "../../run/run-store.ts";
import { isInputPayload, type Payload } from "../../task/payload.ts";
import type { LiveRow } from "./run-columns.ts";

/**
 * Whether the run `r` may be sent again although its message may be somewhere: our workers ask its row before they begin it, and others do not.
 * Somebody of ours knows the task, and either nobody else does or the task says that it may be. (Workers of another kind have ids below 0.)
 */
export const mayBeSentAgain = `
  exists (select 1 from announced_task a join process p on p.id = a.process_id where a.task = r.task and p.kind = 'worker')
  and (not exists (select 1 from announced_task a where a.task = r.task and a.process_id < 0)
    or exists (select 1 from announced_task a where a.task = r.task and cast(a.announcement as text) like '%"redeliver":true%'))`;

/** Queues among so many of the longest waiting runs are looked at together. */
export const WAITING_LOOKED_AT = 1_000;

export const waitingQueuesSql = (before: string) => `
  select distinct queue from (
    select r.queue from run_live r
    where r.state = 'ready' and r.published_at is not null and r.published_at < ${before} and ${mayBeSentAgain}
    order by r.published_at limit ${WAITING_LOOKED_AT}) as w
  order by queue`;

/** The first that waited too long; the statement around it says what becomes of them. */
export const lostMessagesSql = (queue: string, before: string, limit: string) => `
  select r.seq from run_live r
  where r.state = 'ready' and r.published_at is not null and r.published_at < ${before} and r.queue = ${queue} and ${mayBeSentAgain}
  order by r.published_at limit ${limit}`;

/** Whether another relay is at it. A lease from the future is nobody's: a clock was ahead. */
export function isLeased({ published_at: at }: Pick<LiveRow, "published_at">, now: Instant): boolean {
  return at !== null && at > now - RELAY_LEASE_MS && at <= now + RELAY_LEASE_MS;
}

/** A message that says another task or input than its run has. */
export function reusedId(id: string): Extract<Acceptance, { kind: "refused" }> {
  return { kind: "refused", code: "id_reused", why: `its id '${id}' is that of a run of another task or input` };
}

/** Whether a message asks for what the row says. A later retry of Celery's may bring other arguments. */
export function isSameCall(row: Pick<LiveRow, "task" | "input" | "retries">, message: IncomingRun): boolean {
  if (row.task !== message.run.task) return false;
  return message.retries > row.retries || isSameInput(row.input, message.run.payload);
}

/**
 * Whether a message is that of another task in the place of the row's: Celery's `replace`, in a task that a worker of another kind executes, sends it under the same id. Since 5.3 it
 * counts how often that was done; before, it is known by its other name. `foreign`: it is where no worker of ours has the row's task.
 */
export function replaces(
  row: Pick<LiveRow, "state" | "process_id" | "wire" | "task">,
  message: IncomingRun,
): boolean | "foreign" {
  const isWithOthers = row.state === "running" && (row.process_id ?? 0) < 0;
  if (row.state !== "ready" && !isWithOthers) return false;
  if (replacedIn(message.run.wire) > replacedIn(readWire(row.wire))) return true;
  if (row.task === message.run.task || message.run.wire?.from !== "celery") return false;
  return isWithOthers || "foreign";
}

/** A row for each worker of ours that has the task. */
export const ownersSql = (task: string) =>
  `select 1 from announced_task where task = ${task} and process_id >= 0 limit 1`;

/** Whether a message is a copy of one whose task another has taken the place of. */
function isReplaced({ wire }: Pick<LiveRow, "wire">, message: IncomingRun): boolean {
  if (wire === null || !wire.includes("replaced_task_nesting")) return false;
  return replacedIn(message.run.wire) < replacedIn(readWire(wire));
}

export function mayReplace(message: IncomingRun): boolean {
  return replacedIn(message.run.wire) > 0;
}

function replacedIn(wire: RunWire | undefined): number {
  const times = wire?.headers?.replaced_task_nesting;
  return typeof times === "number" ? times : 0;
}

function readWire(text: string | null): RunWire | undefined {
  return text === null ? undefined : (JSON.parse(text) as RunWire);
}

/** What {@link replacedValues} are the values of. */
export const replacedColumns = [
  "task",
  "queue",
  "priority",
  "input",
  "options",
  "wire",
  "available_at",
  "expires_at",
  "retries",
] as const;

/** What a replacement brings: another task, not begun yet. Who sent the run, and what it is part of, stay. */
export function replacedValues({ run, retries }: IncomingRun): unknown[] {
  return [
    ...[run.task, run.queue, run.priority, JSON.stringify(run.payload), JSON.stringify(run.options)],
    ...[JSON.stringify(run.wire ?? null), run.availableAt, run.expiresAt ?? null, retries],
  ];
}

function isSameInput(text: string, payload: Payload): boolean {
  const sent = JSON.stringify(payload);
  if (text === sent) return true;
  // The input of a task with a schema travels as keyword arguments.
  if (!isInputPayload(payload) && payload.args.length === 0 && text === `{"input":${JSON.stringify(payload.kwargs)}}`)
    return true;
  return callOf(JSON.parse(text) as Payload) === callOf(JSON.parse(sent) as Payload);
}

/** Arguments as they are on the wire, however they are kept. */
function callOf(payload: Payload): string {
  if (!isInputPayload(payload)) return canonicalJson([payload.args, payload.kwargs]);
  return canonicalJson(isJsonObject(payload.input) ? [[], payload.input] : [[payload.input], {}]);
}

/** What a message means for a run that is not over. `claim`: it may begin here. `schedule`: it is to begin at the message's time. */
export function meaningOf(row: LiveRow, message: IncomingRun, now: Instant): Acceptance | "claim" | "schedule" {
  if (isReplaced(row, message)) return { kind: "duplicate" };
  if (!isSameCall(row, message)) return reusedId(row.id);
  if (message.retries < row.retries) return { kind: "duplicate" };
  if (row.state === "held") return { kind: "held" };
  if (row.state === "scheduled") return { kind: "later" };
  // What a worker of another kind has (an id below 0) it may have lost: the broker has handed its message on.
  if (row.state === "running" && (row.process_id ?? 0) >= 0) return { kind: "duplicate" };
  if (row.expires_at !== null && row.expires_at <= now && row.started_at === null) return { kind: "later" };
  if (message.run.availableAt > now) return "schedule";
  return "claim";
}

/** What a message means for a run that is over. */
export function meaningOfDone(
  row: Pick<LiveRow, "id" | "task" | "input" | "retries" | "wire"> | undefined,
  message: IncomingRun,
): Acceptance {
  if (row === undefined) return { kind: "purged" };
  return isReplaced(row, message) || isSameCall(row, message) ? { kind: "duplicate" } : reusedId(row.id);
}
