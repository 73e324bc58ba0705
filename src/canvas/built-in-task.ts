import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { RESULT_INTO } from "../message/result-into.ts";
import type { TaskMessage, WireSignature } from "../message/task-message.ts";
import { optionsOf, taskOf } from "./signature-parts.ts";

/** What a task that every Celery worker knows asks for. */
export type BuiltInTask =
  /** The result is there already. */
  | { readonly kind: "result"; readonly result: Json }
  /** The task is called once for each list of args, one call after another; the result is the list of its results. */
  | {
      readonly kind: "calls";
      readonly task: string;
      readonly calls: readonly CallOf[];
      /** What each argument is for the task's input, where the sender says so; see {@link RESULT_INTO}. */
      readonly into?: string;
    }
  | ({ readonly kind: "unlock" } & ChordUnlock);

export interface CallOf {
  readonly args: readonly Json[];
  readonly kwargs: { readonly [key: string]: Json };
}

/** A chord on a backend that does not count: somebody looks again and again whether all members have ended. */
export interface ChordUnlock {
  readonly groupId: string;
  readonly body: WireSignature;
  /** The result tuples of the header's members. */
  readonly members: readonly Json[];
  /** When to look again, in milliseconds. */
  readonly againMs: number;
  /** How often; absent: for as long as it takes. */
  readonly limit?: number;
}

/**
 * What to do for a task of Celery's own, undefined for any other: `celery.map`, `celery.starmap`, `celery.accumulate`, `celery.chord_unlock` and
 * `celery.backend_cleanup`.
 */
export function builtInTask(message: Pick<TaskMessage, "task" | "args" | "kwargs">): BuiltInTask | undefined {
  const { task, args, kwargs } = message;
  if (task === "celery.map") return callsOf(kwargs.task ?? args[0], kwargs.it ?? args[1], (item) => [item]);
  if (task === "celery.starmap")
    return callsOf(kwargs.task ?? args[0], kwargs.it ?? args[1], (item) => (Array.isArray(item) ? item : [item]));
  if (task === "celery.accumulate") {
    const { index } = kwargs;
    return { kind: "result", result: typeof index === "number" ? (args.at(index) ?? null) : args };
  }
  if (task === "celery.chord_unlock") return unlockOf(message);
  // Results that have expired go by themselves, or with the database's own retention.
  return task === "celery.backend_cleanup" ? { kind: "result", result: null } : undefined;
}

/** The called task's own arguments and options in the signature mean nothing, as in Celery; but for one header of hyoshi's own. */
function callsOf(
  signature: Json | undefined,
  items: Json | undefined,
  argsOfItem: (item: Json) => readonly Json[],
): BuiltInTask | undefined {
  const name =
    typeof signature === "string"
      ? signature
      : isJsonObject(signature ?? null)
        ? taskOf(signature as WireSignature)
        : "";
  if (name === "" || !Array.isArray(items)) return undefined;
  const { headers } = isJsonObject(signature ?? null) ? optionsOf(signature as WireSignature) : {};
  const into = isJsonObject(headers ?? null) ? (headers as JsonObject)[RESULT_INTO] : undefined;
  const calls = items.map((item: Json) => ({ args: argsOfItem(item), kwargs: {} }));
  return { kind: "calls", task: name, calls, ...(typeof into === "string" && { into }) };
}

const LOOK_AGAIN_MS = 1000;

function unlockOf({ args, kwargs }: Pick<TaskMessage, "args" | "kwargs">): BuiltInTask | undefined {
  const [groupId, body] = args;
  const { result, interval, max_retries: limit } = kwargs;
  if (typeof groupId !== "string" || !isJsonObject(body ?? null) || !Array.isArray(result)) return undefined;
  return {
    kind: "unlock",
    groupId,
    body: body as WireSignature,
    members: result,
    againMs: typeof interval === "number" && interval > 0 ? interval * 1000 : LOOK_AGAIN_MS,
    ...(typeof limit === "number" ? { limit } : {}),
  };
}
