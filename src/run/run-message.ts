import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { inputFor, RESULT_INTO } from "../message/result-into.ts";
import type { TaskMessage } from "../message/task-message.ts";
import { isInputPayload, type Payload } from "../task/payload.ts";
import type { NewRun, RunOptions, RunWire } from "./run.ts";

/** A run in Celery's words. Its start is not among them: what may not begin yet waits in the database. */
export function messageOfRun(run: NewRun & { readonly retries: number }): TaskMessage {
  const { wire = {}, options } = run;
  const { groupId, groupIndex, shadow, ignoreResult, replyTo, argsRepr, kwargsRepr } = wire;
  const { timeLimitMs, softTimeLimitMs } = options;
  return {
    id: run.id,
    task: run.task,
    ...argumentsOf(run.payload),
    embed: wire.embed ?? {},
    retries: run.retries,
    rootId: run.rootId ?? run.id,
    headers: { ...wire.headers, ...options.headers },
    ...(run.parentId !== undefined && { parentId: run.parentId }),
    ...(run.expiresAt !== undefined && { expires: run.expiresAt }),
    ...(groupId !== undefined && { groupId }),
    ...(groupIndex !== undefined && { groupIndex }),
    ...(shadow !== undefined && { shadow }),
    ...(ignoreResult !== undefined && { ignoreResult }),
    ...(replyTo !== undefined && { replyTo }),
    ...(argsRepr !== undefined && { argsRepr }),
    ...(kwargsRepr !== undefined && { kwargsRepr }),
    ...((timeLimitMs !== undefined || softTimeLimitMs !== undefined) && {
      timeLimit: {
        ...(timeLimitMs !== undefined && { hard: timeLimitMs / 1000 }),
        ...(softTimeLimitMs !== undefined && { soft: softTimeLimitMs / 1000 }),
      },
    }),
  };
}

/** The input of a task with a schema travels as keyword arguments; one that is no object, as the one positional argument. */
export function argumentsOf(payload: Payload): { readonly args: readonly Json[]; readonly kwargs: JsonObject } {
  if (!isInputPayload(payload)) return { args: payload.args, kwargs: payload.kwargs };
  return isJsonObject(payload.input) ? { args: [], kwargs: payload.input } : { args: [payload.input], kwargs: {} };
}

/** The run that a message asks for, as far as Celery's words go. */
export function runOfMessage(
  message: TaskMessage,
  from: { readonly queue: string; readonly priority: number; readonly now: Instant },
): NewRun {
  const { eta, expires, parentId, rootId, timeLimit } = message;
  const { now } = from;
  const { [RESULT_INTO]: into } = message.headers;
  const input = typeof into === "string" ? inputFor(into, message) : undefined;
  return {
    id: message.id,
    task: message.task,
    payload: input === undefined ? { args: message.args, kwargs: message.kwargs } : { input },
    queue: from.queue,
    priority: from.priority,
    options: optionsOf(message),
    origin: { kind: "celery" },
    availableAt: eta === undefined ? now : Math.max(eta, now),
    queuedAt: now,
    wire: wireOf(message),
    ...(expires !== undefined && { expiresAt: expires }),
    ...(parentId !== undefined && parentId !== message.id && { parentId }),
    ...(rootId !== undefined && rootId !== message.id && { rootId }),
  };

  function optionsOf({ headers }: TaskMessage): RunOptions {
    const texts = Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === "string" && !(entry[0] === RESULT_INTO && input !== undefined),
    );
    return {
      ...(timeLimit?.hard !== undefined && { timeLimitMs: Math.max(1, Math.round(timeLimit.hard * 1000)) }),
      ...(timeLimit?.soft !== undefined && { softTimeLimitMs: Math.max(1, Math.round(timeLimit.soft * 1000)) }),
      ...(texts.length > 0 && { headers: Object.fromEntries(texts) }),
    };
  }
}

function wireOf(message: TaskMessage): RunWire {
  const { embed, groupId, groupIndex, shadow, ignoreResult, replyTo, argsRepr, kwargsRepr } = message;
  const others = Object.entries(message.headers).filter(([, value]) => typeof value !== "string");
  return {
    from: "celery",
    ...(Object.values(embed).some((part) => part !== undefined) && { embed }),
    ...(others.length > 0 && { headers: Object.fromEntries(others) }),
    ...(groupId !== undefined && { groupId }),
    ...(groupIndex !== undefined && { groupIndex }),
    ...(shadow !== undefined && { shadow }),
    ...(ignoreResult !== undefined && { ignoreResult }),
    ...(replyTo !== undefined && { replyTo }),
    ...(argsRepr !== undefined && { argsRepr }),
    ...(kwargsRepr !== undefined && { kwargsRepr }),
  };
}
