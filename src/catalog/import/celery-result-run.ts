import type { Instant } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { ForeignRow } from "../../foreign/foreign-tables.ts";
import { parsePythonLiteral } from "../../message/python-literal.ts";
import type { FinalState, RunError } from "../../run/run.ts";
import type { FinishedRun } from "../../run/run-archive.ts";
import type { Payload } from "../../task/payload.ts";
import { flagOf, instantOf, textOf } from "./foreign-value.ts";

const STATES: Readonly<Record<string, FinalState>> = {
  SUCCESS: "succeeded",
  FAILURE: "failed",
  REVOKED: "cancelled",
};

export interface ResultContext {
  /** Of times that are stored without one. */
  readonly zone: string;
  /** They keep no queue. */
  readonly queue: string;
  /** Of a periodic task of theirs, by the name that they note. */
  readonly periodicTaskId: (name: string) => number | undefined;
}

/** What is not in a run as it was in the row. */
export type Loss = "arguments_as_text" | "result_as_text" | "no_task";

export interface ConvertedResult {
  readonly run: FinishedRun;
  readonly losses: readonly Loss[];
}

/** They keep no priority; this is what a task without one has. */
const PRIORITY = 5;
/** Of rows without a task's name, as Celery writes them unless `result_extended` is on. */
const UNKNOWN_TASK = "unknown";

/** A row of django-celery-results as a run that has ended; a text says why it is none. */
export function resultRun(row: ForeignRow, { zone, queue, periodicTaskId }: ResultContext): ConvertedResult | string {
  const id = textOf(row.task_id);
  if (id === null) return "has no task id";
  if (flagOf(row.hidden, false)) return "was deleted there (hidden)";
  const status = textOf(row.status) ?? "";
  const state = STATES[status];
  if (state === undefined) return `has not ended there, or ended in a state of its own: ${status || "none"}`;
  const endedAt = instantOf(row.date_done, zone);
  if (endedAt === null) return "has no time of its end";
  const startedAt = instantOf(row.date_started, zone);
  const queuedAt = Math.min(instantOf(row.date_created, zone) ?? startedAt ?? endedAt, startedAt ?? endedAt, endedAt);
  const losses: Loss[] = [];
  const task = textOf(row.task_name);
  if (task === null) losses.push("no_task");
  const periodicTask = textOf(row.periodic_task_name);
  const linked = periodicTask === null ? undefined : periodicTaskId(periodicTask);
  const result = decoded(row);
  if (result === undefined) losses.push("result_as_text");
  const worker = textOf(row.worker);
  return {
    run: {
      ...{ id, task: task ?? UNKNOWN_TASK, queue, priority: PRIORITY },
      payload: payloadOf(row, losses),
      options: {},
      origin: { kind: "import" },
      ...{ state, queuedAt, availableAt: queuedAt, endedAt },
      ...(startedAt !== null && { startedAt }),
      ...(linked !== undefined && { periodicTaskId: linked }),
      ...(worker !== null && { worker }),
      // What was revoked had not begun, unless its beginning was noted.
      attempt: state === "cancelled" && startedAt === null ? 0 : 1,
      ...outcomeOf(state, result === undefined ? textOf(row.result) : result, textOf(row.traceback)),
    },
    losses,
  };
}

/** The value that was encoded; undefined where it is none that can be read here, such as a pickle. */
function decoded(row: ForeignRow): Json | undefined {
  const text = textOf(row.result);
  if (text === null) return null;
  const type = textOf(row.content_type);
  if (textOf(row.content_encoding) === "binary" || (type !== null && type !== "application/json")) return undefined;
  return parsedJson(text);
}

function parsedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function outcomeOf(state: FinalState, result: Json, traceback: string | null): Pick<FinishedRun, "result" | "error"> {
  if (state === "succeeded") return { result };
  const error = errorOf(result, traceback);
  return error === undefined ? {} : { error };
}

/** An exception as Celery encodes it: its class, its arguments, its module. */
function errorOf(result: Json, traceback: string | null): RunError | undefined {
  if (result === null && traceback === null) return undefined;
  const { exc_type: type, exc_message: message } = isJsonObject(result) ? result : ({} as JsonObject);
  const parts = Array.isArray(message) ? (message as readonly Json[]) : message === undefined ? [] : [message];
  const told = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(", ");
  return {
    name: typeof type === "string" ? type : "Error",
    message: told || (typeof result === "string" ? result : "") || lastLine(traceback),
    ...(traceback !== null && { stack: traceback }),
  };
}

const lastLine = (traceback: string | null) => traceback?.trim().split("\n").at(-1) ?? "";

/** They keep a representation, which Celery shortens; what cannot be read stays the text that it is. */
function payloadOf(row: ForeignRow, losses: Loss[]): Payload {
  const args = argumentsOf(row.task_args);
  const kwargs = argumentsOf(row.task_kwargs);
  const list = args === null ? [] : args;
  const named = kwargs === null ? {} : kwargs;
  if (Array.isArray(list) && isJsonObject(named)) return { args: list, kwargs: named };
  losses.push("arguments_as_text");
  const texts = [textOf(row.task_args), textOf(row.task_kwargs)].filter((text) => text !== null);
  return { args: texts, kwargs: {} };
}

function argumentsOf(value: ForeignRow[string]): Json | undefined {
  const text = textOf(value);
  if (text === null) return null;
  const json = parsedJson(text);
  // Encoded twice: a representation within JSON.
  if (typeof json === "string") return parsePythonLiteral(json);
  return json ?? parsePythonLiteral(text);
}

/** The members of a group, whose result is ((its id, parent), [((a member's id, parent), children), …]). */
export function groupMembers(row: ForeignRow): readonly string[] | undefined {
  const result = decoded(row);
  const [, members] = Array.isArray(result) ? (result as readonly Json[]) : [];
  if (!Array.isArray(members)) return undefined;
  return (members as readonly Json[]).flatMap((member) => {
    const [identity] = Array.isArray(member) ? (member as readonly Json[]) : [member];
    const id = Array.isArray(identity) ? (identity as readonly Json[])[0] : identity;
    return typeof id === "string" ? [id] : [];
  });
}

/** A group as a run above its members; undefined where none of them is here. */
export function groupRun(
  row: ForeignRow,
  members: ReadonlyMap<string, string>,
  { zone, queue }: ResultContext,
): FinishedRun | undefined {
  const id = textOf(row.group_id);
  const endedAt: Instant | null = instantOf(row.date_done, zone);
  if (id === null || endedAt === null || members.size === 0) return undefined;
  const states = [...members.values()];
  const state = states.every((one) => one === "succeeded")
    ? "succeeded"
    : states.includes("failed") || states.includes("lost")
      ? "failed"
      : "cancelled";
  const queuedAt = Math.min(instantOf(row.date_created, zone) ?? endedAt, endedAt);
  return {
    ...{ id, task: "celery.group", queue, priority: PRIORITY },
    payload: { args: [...members.keys()], kwargs: {} },
    options: {},
    origin: { kind: "import" },
    ...{ state, queuedAt, availableAt: queuedAt, endedAt, attempt: 0 },
  };
}
