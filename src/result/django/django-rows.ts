import type { Instant } from "../../base/clock.ts";
import { isJsonObject, type Json } from "../../base/json.ts";
import { readPythonJson } from "../../message/python-json-read.ts";
import { writePythonJson } from "../../message/python-json-write.ts";
import { pythonRepr, REPR_LIMIT } from "../../message/python-repr.ts";
import type { ResultRecord } from "../result-backend.ts";
import type { TaskResultRow } from "./django-tables.ts";
import { djangoTime, readDjangoTime } from "./django-time.ts";

/** The key, beside `children`, that says that a chord has counted this member. */
export const COUNTED = "hyoshi_chord_counted";

const JSON_TYPE = "application/json";

/** How much the columns hold. */
const LONGEST = { task_name: 255, periodic_task_name: 255, worker: 100, status: 50 };

export function rowOf(
  record: ResultRecord,
  { now, kind, extended }: { now: Instant; kind: "sqlite" | "postgres"; extended: boolean },
): Partial<TaskResultRow> {
  const at = djangoTime(now, kind);
  return {
    task_id: record.id,
    status: record.state.slice(0, LONGEST.status),
    content_type: JSON_TYPE,
    content_encoding: "utf-8",
    result: writePythonJson(record.result),
    traceback: storable(record.traceback),
    meta: writePythonJson({ children: record.children }),
    date_created: at,
    // Django writes it with every state.
    date_done: at,
    ...(record.state === "STARTED" ? { date_started: at } : {}),
    ...(extended
      ? {
          task_name: record.name.slice(0, LONGEST.task_name),
          // The JSON of a text: what the arguments look like in Python.
          task_args: writePythonJson(pythonRepr(record.args, { tuple: true, limit: REPR_LIMIT })),
          task_kwargs: writePythonJson(pythonRepr(record.kwargs, { limit: REPR_LIMIT })),
          worker: record.worker.slice(0, LONGEST.worker),
          periodic_task_name: record.periodicTaskName?.slice(0, LONGEST.periodic_task_name) ?? null,
        }
      : {}),
  };
}

export function recordOf(row: TaskResultRow): ResultRecord {
  const meta = row.meta === null ? {} : parsed(row.meta);
  const children = isJsonObject(meta) && Array.isArray(meta.children) ? (meta.children as readonly Json[]) : [];
  const { periodic_task_name: periodicTaskName } = row;
  return {
    id: row.task_id,
    state: row.status,
    result: resultOf(row),
    traceback: row.traceback,
    children,
    dateDone: readDjangoTime(row.date_done),
    name: row.task_name ?? "",
    // Only how they look in Python is kept.
    args: [],
    kwargs: {},
    worker: row.worker ?? "",
    retries: 0,
    queue: "",
    ...(periodicTaskName == null ? {} : { periodicTaskName }),
  };
}

function resultOf(row: TaskResultRow): Json {
  if (row.result === null) return null;
  if (row.content_type === JSON_TYPE) return parsed(row.result);
  // Pickle and the like are opened by nobody here.
  const why = `the result is kept as ${row.content_type}`;
  return row.status === "SUCCESS" ? why : { exc_type: "Exception", exc_message: [why], exc_module: "builtins" };
}

function parsed(text: string): Json {
  try {
    return readPythonJson(text);
  } catch {
    return text;
  }
}

/** PostgreSQL's texts hold no NUL. */
function storable<T extends string | null>(text: T): T {
  return (text === null ? text : text.replaceAll("\0", "")) as T;
}
