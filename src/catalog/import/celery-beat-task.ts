import type { Instant } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Misfire } from "../../ledger/periodic-task-store.ts";
import type { PeriodicTaskInput } from "../periodic-task-check.ts";
import type { KnownTask } from "../task-directory.ts";
import type { BeatRow } from "./celery-beat-rows.ts";
import { beatSchedule } from "./celery-beat-schedule.ts";

/** Which end of their priorities comes first: 9 for RabbitMQ (`high-first`), 0 for Redis (`low-first`). */
export type PriorityOrder = "high-first" | "low-first";

export interface BeatTaskContext {
  readonly now: Instant;
  /** Of crontabs that have none. */
  readonly zone: string;
  readonly priorities: PriorityOrder | undefined;
  readonly misfire: Misfire;
  /** `carry`: on where it is on there. `off`: their beat still sends it. */
  readonly enabled: "carry" | "off";
  /** Put before each name. */
  readonly prefix: string;
  readonly known: (task: string) => KnownTask | undefined;
}

export interface ConvertedTask {
  readonly input: PeriodicTaskInput;
  /** The time up to which they have accounted for it. */
  readonly since: Instant;
  readonly notes: readonly string[];
}

/** Made by Celery itself for its own results, which retention looks after here. */
const OWN_CLEANUP = "celery.backend_cleanup";

/** A row of theirs as a periodic task here; a text says why it cannot be one. */
export function beatTask(row: BeatRow, context: BeatTaskContext): ConvertedTask | string {
  const { now, misfire, prefix } = context;
  if (row.task === OWN_CLEANUP)
    return "is Celery's own clean-up of its results: the settings' retention does that here";
  const [first] = row.schedules;
  if (first === undefined) {
    return row.missing.length > 0 ? `its ${row.missing.join(" and ")} is not there` : "has no schedule";
  }
  const payload = payloadOf(row, context);
  if (typeof payload === "string") return payload;
  const converted = beatSchedule(first, row, context);
  if (typeof converted === "string") return converted;
  const notes = [...converted.notes, ...payload.notes];
  if (row.schedules.length > 1) {
    const kinds = row.schedules.map(({ kind }) => kind);
    notes.push(`has ${kinds.join(" and ")}: their beat uses the ${kinds[0]}, and so does this`);
  }
  const headers = headersOf(row, notes);
  if (row.exchange !== null || row.routingKey !== null) {
    const names = [row.exchange && `exchange '${row.exchange}'`, row.routingKey && `routing key '${row.routingKey}'`];
    notes.push(`its ${names.filter(Boolean).join(" and ")} is left out: queues are named directly here`);
  }
  if (row.expires !== null) {
    notes.push("its 'expires' ends the schedule here; a run that waits beyond it is sent all the same");
  }
  const isOver =
    converted.isOver === true || (row.oneOff && row.totalRunCount > 0) || (row.expires !== null && row.expires <= now);
  if (row.enabled && isOver) notes.push("is over, though it is switched on there: switched off");
  const enabled = row.enabled && !isOver && converted.neverRan !== true && headers !== undefined;
  const isHeldBack = enabled && context.enabled === "off";
  const schedule = {
    ...converted.schedule,
    misfire,
    ...(row.startTime !== null && { startsAt: row.startTime }),
    ...(row.expires !== null && { endsAt: row.expires }),
  };
  return {
    input: {
      name: prefix + row.name,
      task: row.task,
      ...payload.given,
      enabled: enabled && !isHeldBack,
      schedules: [schedule],
      description: row.description,
      tags: ["django-celery-beat"],
      queue: row.queue,
      priority: priorityOf(row, context, notes),
      expiresMs: row.expireSeconds === null || row.expireSeconds < 1 ? null : row.expireSeconds * 1000,
      // A clocked one is over by itself.
      ...(row.oneOff && first.kind !== "clocked" && { endAfterRuns: 1 }),
      ...(headers !== undefined && { headers }),
    },
    since: Math.min(row.lastRunAt ?? row.dateChanged ?? now, now),
    notes: isHeldBack
      ? [...notes, "is switched off here while their beat sends it: --take-over switches it on, and theirs off"]
      : notes,
  };
}

type GivenPayload = Pick<PeriodicTaskInput, "input" | "args" | "kwargs">;

function payloadOf(
  row: BeatRow,
  { known }: BeatTaskContext,
): { readonly given: GivenPayload; readonly notes: readonly string[] } | string {
  const args = parsed(row.args ?? "[]");
  const kwargs = parsed(row.kwargs ?? "{}");
  // An empty object among the arguments is what their form lets through for none.
  const list = isJsonObject(args) && Object.keys(args).length === 0 ? [] : args;
  if (!Array.isArray(list)) return `its args are no JSON list: ${row.args}`;
  if (!isJsonObject(kwargs)) return `its kwargs are no JSON object: ${row.kwargs}`;
  const task = known(row.task)?.announced;
  if (task === undefined || task.inputSchema === null) {
    const notes = task === undefined ? [`no process has announced the task '${row.task}' yet`] : [];
    return { given: { args: list, kwargs }, notes };
  }
  const names = task.positional ?? [];
  if (list.length > names.length) {
    return `its ${list.length} positional arguments do not fit the input of '${row.task}', which takes ${names.length}`;
  }
  const twice = names.slice(0, list.length).find((name) => Object.hasOwn(kwargs, name));
  if (twice !== undefined) return `its argument '${twice}' is given by position and by name`;
  const filled = list.map((value, index): [string, Json] => [names[index] ?? "", value]);
  return { given: { input: Object.fromEntries([...filled, ...Object.entries(kwargs)]) }, notes: [] };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Undefined where they are no JSON: such a row is passed over by their beat. */
function headersOf(row: BeatRow, notes: string[]): Record<string, string> | undefined {
  const given = parsed(row.headers ?? "{}");
  if (!isJsonObject(given)) {
    notes.push(`its headers are no JSON object, for which their beat never sent it: switched off, without them`);
    return undefined;
  }
  return textHeaders(given, notes);
}

function textHeaders(given: JsonObject, notes: string[]): Record<string, string> {
  const others = Object.entries(given).filter(([, value]) => typeof value !== "string");
  if (others.length > 0) {
    notes.push(`its headers ${others.map(([name]) => name).join(", ")} are kept as text: JSON of what they were`);
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function priorityOf({ priority }: BeatRow, { priorities }: BeatTaskContext, notes: string[]): number | null {
  if (priority === null) return null;
  if (priorities === undefined) {
    notes.push(
      `its priority ${priority} is left out: brokers differ in which end comes first (--priorities high-first or low-first says it)`,
    );
    return null;
  }
  const within = Math.min(Math.max(Math.trunc(priority), 0), 9);
  const here = priorities === "high-first" ? within : 9 - within;
  if (within !== priority) notes.push(`its priority ${priority} is ${here} here, where they go from 0 to 9`);
  return here;
}
