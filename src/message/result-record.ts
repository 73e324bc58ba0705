import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { isoTime, parseIsoTime } from "./iso-time.ts";
import { quoted, unreadable } from "./unreadable.ts";

/** Celery's names; any other upper-case text is a state of somebody's own. */
export type ResultState = "PENDING" | "STARTED" | "RETRY" | "SUCCESS" | "FAILURE" | "REVOKED" | (string & {});

/** What a result backend keeps of a run, in Celery's words. */
export interface ResultRecord {
  readonly id: string;
  readonly state: ResultState;
  /** The value, or `{ exc_type, exc_message, exc_module }` for FAILURE, RETRY and REVOKED. Kept as it came; `plainValue` makes it fit for JavaScript. */
  readonly result: Json;
  readonly traceback: string | null;
  /** Result tuples of what it sent: `[[id, parent], null]`, of groups `[[id, parent], [tuple, …]]`. */
  readonly children: readonly Json[];
  readonly dateDone: Instant | null;
  readonly groupId?: string;
  readonly parentId?: string;
  readonly name: string;
  readonly args: readonly Json[];
  readonly kwargs: { readonly [key: string]: Json };
  readonly worker: string;
  readonly retries: number;
  readonly queue: string;
  /** Of the periodic task that it is a run of: django-celery-results has a column for it. */
  readonly periodicTaskName?: string;
  /** Where a client of `rpc://` waits. */
  readonly replyTo?: string;
  /** Celery's stamps, by name. */
  readonly stamps?: JsonObject;
}

/**
 * A result record as Celery's key-value backends and `rpc://` have it. Written out with `writePythonJson`, it has the bytes of Celery's own.
 *
 * @param options.extended with name, arguments, worker, retries and queue (Celery's `result_extended`)
 */
export function encodeResult(record: ResultRecord, options: { readonly extended?: boolean } = {}): JsonObject {
  return {
    status: record.state,
    result: record.result,
    traceback: record.traceback,
    children: record.children,
    date_done: record.dateDone === null ? null : isoTime(record.dateDone),
    ...(record.groupId === undefined ? {} : { group_id: record.groupId }),
    ...(record.parentId === undefined ? {} : { parent_id: record.parentId }),
    ...(options.extended === true ? extendedFields(record) : {}),
    task_id: record.id,
  };
}

function extendedFields(record: ResultRecord): JsonObject {
  const { name, args, kwargs, worker, retries, queue, stamps } = record;
  const stamped = stamps === undefined ? {} : { stamped_headers: Object.keys(stamps), ...stamps };
  return { name, args, kwargs, worker, retries, queue, ...stamped };
}

/** Reads what any of Celery's versions stored. Fails with `unreadable_message` where id or state are missing. */
export function decodeResult(json: Json): ResultRecord {
  if (!isJsonObject(json)) throw unreadable("protocol", `a result is an object; found ${quoted(json)}`);
  const { task_id: id, status, result = null, traceback, children, date_done: dateDone } = json;
  if (typeof id !== "string" || id === "") throw unreadable("no_id", "a result has no 'task_id'");
  if (typeof status !== "string") throw unreadable("protocol", `the result of ${quoted(id)} has no 'status'`);
  const stamps = stampsOf(json);
  return {
    id,
    state: status,
    result,
    traceback: typeof traceback === "string" ? traceback : null,
    children: Array.isArray(children) ? children : [],
    dateDone: typeof dateDone === "string" ? (parseIsoTime(dateDone) ?? null) : null,
    ...textField("groupId", json.group_id),
    ...textField("parentId", json.parent_id),
    name: textOf(json.name),
    args: Array.isArray(json.args) ? json.args : [],
    kwargs: isJsonObject(json.kwargs ?? null) ? (json.kwargs as JsonObject) : {},
    worker: textOf(json.worker),
    retries: typeof json.retries === "number" ? json.retries : 0,
    queue: textOf(json.queue),
    ...textField("periodicTaskName", json.periodic_task_name),
    ...(stamps === undefined ? {} : { stamps }),
  };
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

function textField<Name extends string>(name: Name, value: Json | undefined): { readonly [Key in Name]?: string } {
  return typeof value === "string" && value !== "" ? ({ [name]: value } as { [Key in Name]: string }) : {};
}

function stampsOf({ stamped_headers: names, ...fields }: JsonObject): JsonObject | undefined {
  if (!Array.isArray(names) || names.length === 0) return undefined;
  const stamps = names.flatMap((name: Json) => {
    const stamp = typeof name === "string" ? fields[name] : undefined;
    return stamp === undefined ? [] : [[name as string, stamp] as const];
  });
  return Object.fromEntries(stamps);
}
