import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { formatUuid } from "../base/random.ts";
import type { CanvasMessage } from "../canvas/canvas-message.ts";
import type { NewRun, RunOptions, RunWire } from "../run/run.ts";
import { isInputPayload } from "../task/payload.ts";
import { DEFAULT_PRIORITY } from "../task/task-options.ts";

/** A run as the message that it was, or would have been, sent with. */
export function messageOf(run: NewRun & { readonly retries: number }): CanvasMessage {
  const { wire = {}, options } = run;
  const { groupId, groupIndex, shadow, ignoreResult, replyTo, argsRepr, kwargsRepr, softTimeLimitMs } = wire;
  const { timeLimitMs } = options;
  return {
    id: run.id,
    task: run.task,
    ...argumentsOf(run),
    embed: wire.embed ?? {},
    retries: run.retries,
    headers: { ...wire.headers, ...options.headers },
    queue: run.queue,
    priority: run.priority,
    rootId: run.rootId ?? run.id,
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

/** The input of a task with a schema travels as keyword arguments. */
export function argumentsOf({ payload }: Pick<NewRun, "payload">): { args: readonly Json[]; kwargs: JsonObject } {
  if (!isInputPayload(payload)) return { args: payload.args, kwargs: payload.kwargs };
  return isJsonObject(payload.input) ? { args: [], kwargs: payload.input } : { args: [payload.input], kwargs: {} };
}

/** Where a message goes that does not say so itself. */
export interface Destination {
  /** Absent: the queue of the run that it follows; who serves that may know both. */
  readonly queue?: string;
  readonly priority?: number;
}

/**
 * The run of a message that follows another run.
 *
 * @param after the run that it follows: what has no priority of its own has its sender's where that came from Celery, whose messages all have one
 */
export function followingRun(message: CanvasMessage, to: Destination, after: NewRun, now: Instant): NewRun {
  const { eta, expires, parentId, rootId, embed, groupId, groupIndex, shadow, ignoreResult, replyTo } = message;
  const { argsRepr, kwargsRepr, timeLimit } = message;
  const inherited = after.wire === undefined ? undefined : after.priority;
  const texts = Object.entries(message.headers).filter(([, value]) => typeof value === "string");
  const others = Object.entries(message.headers).filter(([, value]) => typeof value !== "string");
  const options: RunOptions = {
    ...(timeLimit?.hard !== undefined && { timeLimitMs: timeLimit.hard * 1000 }),
    ...(texts.length > 0 && { headers: Object.fromEntries(texts) as Record<string, string> }),
  };
  const wire: RunWire = {
    ...(Object.keys(embed).length > 0 && { embed }),
    ...(others.length > 0 && { headers: Object.fromEntries(others) }),
    ...(groupId !== undefined && { groupId }),
    ...(groupIndex !== undefined && { groupIndex }),
    ...(shadow !== undefined && { shadow }),
    ...(ignoreResult !== undefined && { ignoreResult }),
    ...(replyTo !== undefined && { replyTo }),
    ...(argsRepr !== undefined && { argsRepr }),
    ...(kwargsRepr !== undefined && { kwargsRepr }),
    ...(timeLimit?.soft !== undefined && { softTimeLimitMs: timeLimit.soft * 1000 }),
  };
  return {
    id: message.id,
    task: message.task,
    payload: { args: message.args, kwargs: message.kwargs },
    queue: message.queue ?? to.queue ?? after.queue,
    priority: message.priority ?? inherited ?? to.priority ?? DEFAULT_PRIORITY,
    options,
    origin: { kind: "task" },
    availableAt: Math.max(eta ?? now, now),
    queuedAt: now,
    wire,
    ...(expires !== undefined && { expiresAt: expires }),
    ...(parentId !== undefined && { parentId }),
    ...(rootId !== undefined && { rootId }),
  };
}

/** Ids that are the same whenever and wherever they are made for `of`: what is sent again for a run is known to be the same. */
export function idsAfter(of: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return formatUuid(createHash("sha256").update(`${of}\0follows\0${count}`).digest().subarray(0, 16), 8);
  };
}
