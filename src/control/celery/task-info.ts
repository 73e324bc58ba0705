import type { Json, JsonObject } from "../../base/json.ts";
import { pythonRepr, REPR_LIMIT } from "../../message/python-repr.ts";
import type { Payload } from "../../task/payload.ts";
import type { WorkerRun } from "../worker-control.ts";
import { toSeconds } from "./events.ts";

/** What Celery calls the arguments: of a task with a schema its input is the kwargs. */
export function argumentsOf(payload: Payload): { readonly args: readonly Json[]; readonly kwargs: JsonObject } {
  if (!("input" in payload)) return payload;
  const { input } = payload;
  if (input === null) return { args: [], kwargs: {} };
  return typeof input === "object" && !Array.isArray(input)
    ? { args: [], kwargs: input as JsonObject }
    : { args: [input], kwargs: {} };
}

/** `(1, 2)` and `{'a': 1}`, as Python writes a call's arguments. */
export function argumentReprs(payload: Payload): { readonly args: string; readonly kwargs: string } {
  const { args, kwargs } = argumentsOf(payload);
  return {
    args: pythonRepr(args, { tuple: true, limit: REPR_LIMIT }),
    kwargs: pythonRepr(kwargs, { limit: REPR_LIMIT }),
  };
}

/** A run as `inspect` shows it. `wirePriority` is what the broker's messages say for hyoshi's. */
export function taskInfo(
  run: WorkerRun,
  {
    node,
    pid,
    safe,
    wirePriority,
  }: { node: string; pid: number; safe: boolean; wirePriority: (own: number) => number },
): JsonObject {
  const { args, kwargs } = safe ? argumentReprs(run.payload) : argumentsOf(run.payload);
  return {
    id: run.id,
    name: run.task,
    args,
    kwargs,
    type: run.task,
    hostname: node,
    time_start: run.startedAt === undefined ? null : toSeconds(run.startedAt),
    acknowledged: run.startedAt !== undefined,
    delivery_info: {
      exchange: "",
      routing_key: run.queue,
      priority: wirePriority(run.priority),
      redelivered: false,
    },
    worker_pid: run.startedAt === undefined ? null : pid,
  };
}
