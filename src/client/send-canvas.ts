import type { Clock, Instant } from "../base/clock.ts";
import { HyoshiError, isHyoshiError } from "../base/error.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { type Random, uuidv7 } from "../base/random.ts";
import { applySignature } from "../canvas/apply-signature.ts";
import type { CanvasMessage } from "../canvas/canvas-message.ts";
import { type SignatureValue, signatureValue, type TaskNode } from "../canvas/signature.ts";
import { type PreparedTask, wireOf } from "../canvas/signature-wire.ts";
import { isoTime } from "../message/iso-time.ts";
import type { ChordCounter } from "../result/result-backend.ts";
import type { NewRun } from "../run/run.ts";
import { argumentsOf, runOfMessage } from "../run/run-message.ts";
import { isInputPayload, type Payload } from "../task/payload.ts";
import { jsonSchemaOf } from "../task/schema.ts";
import type { AnySignature } from "../task/signature.ts";
import { type AnyTask, isTask } from "../task/task.ts";
import { jsonError, toJson } from "../task/to-json.ts";
import { newRun, type Sender, type SentTask } from "./new-run.ts";

/** A task with what it is given, ready for a run. */
export interface PreparedInput {
  readonly task: SentTask;
  readonly payload: Payload;
}

export interface CanvasParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly chords: Pick<ChordCounter, "startChord">;
  readonly priorities: "low-first" | "high-first" | undefined;
  /** Looks a task up and makes a payload; `isWhole`: the input is checked. Fails with `invalid_input`. */
  readonly prepare: (task: AnyTask | string, given: unknown, isWhole: boolean) => Promise<PreparedInput>;
  readonly find: (name: string) => AnyTask | undefined;
}

/** What sending a canvas comes to. */
export interface PlannedCanvas {
  /** Those that begin: all of them, or none. */
  readonly runs: readonly NewRun[];
  /** The result tuple that a client waits for. */
  readonly result: Json;
}

/**
 * Makes the first runs of a canvas: its inputs checked as far as they are known, everything in Celery's own form, ids fixed, and its chords told to whoever counts them. Fails with
 * `invalid_input`, `invalid_signature` or `invalid_send_option`, and nothing is sent then.
 */
export async function planCanvas(canvas: AnySignature, sender: Sender, parts: CanvasParts): Promise<PlannedCanvas> {
  const { clock, random, chords, priorities } = parts;
  const value = signatureValue(canvas, "canvas");
  const now = clock.now();
  const prepared = new Map<TaskNode, Looked>();
  for (const node of nodesOf(value)) prepared.set(node, await lookedUp(node, now, parts));
  const preparedOf = (node: TaskNode): PreparedTask => prepared.get(node) as Looked;
  const context = {
    newId: sender.newId ?? (() => uuidv7(now, random)),
    now,
    ...(priorities !== undefined && { priorities }),
  };
  const applied = applySignature(wireOf(value, preparedOf), {}, context);
  const [first] = applied.messages;
  if (first === undefined) throw new HyoshiError("invalid_signature", "this canvas is empty: there is nothing to send");
  const tasks = new Map([...prepared.values()].map(({ sent }) => [sent.name, sent]));
  const family = { ...sender, rootId: sender.rootId ?? sender.parentId ?? first.id };
  const runs = applied.messages.map((message) => firstRun(message, family, tasks.get(message.task), now));
  for (const { groupId, size, members } of applied.chords) await chords.startChord(groupId, size, members);
  return { runs, result: applied.result };
}

/** The run of a message that a canvas begins with. The first one is the root of all. */
function firstRun(
  message: CanvasMessage,
  { origin, parentId, rootId }: Sender & { readonly rootId: string },
  task: SentTask | undefined,
  now: Instant,
): NewRun {
  const place = { queue: message.queue ?? task?.queue ?? "default", priority: message.priority ?? 5, now };
  const run = runOfMessage({ ...message, rootId, ...(parentId !== undefined && { parentId }) }, place);
  const { from: _from, ...wire } = run.wire ?? {};
  const { wire: _wire, ...plain } = run;
  return {
    ...plain,
    origin,
    options: { ...run.options, ...(task?.onLost === "fail" && { onLost: "fail" }) },
    ...(Object.keys(wire).length > 0 && { wire }),
  };
}

type Looked = PreparedTask & { readonly sent: SentTask };

async function lookedUp(node: TaskNode, now: Instant, parts: CanvasParts): Promise<Looked> {
  const { task, options, each } = node;
  const known = isTask(task) ? task : parts.find(task);
  if (each !== undefined) return lookedUpEach(node, each.items, known, now, parts);
  const { into, ...sendOptions } = options;
  const isWhole = into === undefined && (known === undefined ? false : !lacks(known, node.given));
  const { task: sent, payload, isComplete } = await whole(node, isWhole, parts);
  const { args, kwargs } = argumentsOf(payload);
  const takesInput = isInputPayload(payload);
  return {
    ...{ name: sent.name, args, kwargs, takesInput, sent },
    isComplete: takesInput && isComplete && into === undefined,
    options: celeryOptions(sent, payload, sendOptions, now, parts),
  };
}

/** Of a task that another process announced, only a check says whether anything is lacking. */
async function whole(
  { task, given, options }: TaskNode,
  isWhole: boolean,
  { prepare, find }: CanvasParts,
): Promise<PreparedInput & { readonly isComplete: boolean }> {
  const isKnown = isTask(task) || find(task) !== undefined;
  // Nothing at all is no input: what comes before brings it.
  const start = given ?? {};
  if (isKnown || options.into !== undefined) return { ...(await prepare(task, start, isWhole)), isComplete: isWhole };
  try {
    return { ...(await prepare(task, start, true)), isComplete: true };
  } catch (error) {
    if (!isHyoshiError(error, "invalid_input")) throw error;
    return { ...(await prepare(task, start, false)), isComplete: false };
  }
}

async function lookedUpEach(
  { task, options }: TaskNode,
  items: readonly unknown[],
  known: AnyTask | undefined,
  now: Instant,
  parts: CanvasParts,
): Promise<Looked> {
  const { value, issue } = toJson(items);
  if (issue !== undefined) throw jsonError("invalid_input", "the list of a map", issue);
  const isTyped = known !== undefined && known.input !== null;
  let given = value as readonly Json[];
  if (isTyped && isJsonObject(given[0] ?? null)) {
    // Each input is checked as if it were sent alone, and its secrets are sealed.
    const prepared: Payload[] = [];
    for (const item of items) prepared.push((await parts.prepare(task, item, true)).payload);
    given = given.map((item, n) => inputOf(prepared[n]) ?? item);
  }
  const { task: sent, payload } = await parts.prepare(task, {}, false);
  return {
    ...{ name: sent.name, args: [], kwargs: {}, takesInput: isTyped, isComplete: true, sent },
    items: given,
    options: celeryOptions(sent, payload, options, now, parts),
  };
}

const inputOf = (payload: Payload | undefined) =>
  payload !== undefined && isInputPayload(payload) ? payload.input : undefined;

/** What is known of a run before it is sent, in Celery's words. Fails with `invalid_send_option`. */
function celeryOptions(
  sent: SentTask,
  payload: Payload,
  options: Omit<TaskNode["options"], "into">,
  now: Instant,
  { random, priorities }: CanvasParts,
): JsonObject {
  const {
    queue,
    priority,
    options: fixed,
    expiresAt,
    availableAt,
  } = newRun(sent, payload, {
    ...{ options, sender: { origin: { kind: "api" } }, now, random },
  });
  const { countdown, eta, expires } = options;
  const { timeLimitMs, softTimeLimitMs } = fixed;
  return {
    queue,
    priority: priorities === "low-first" ? 9 - priority : priority,
    ...(countdown !== undefined && { countdown }),
    ...(eta !== undefined && { eta: isoTime(availableAt) }),
    ...(typeof expires === "number" && { expires }),
    ...(expires !== undefined && typeof expires !== "number" && { expires: isoTime(expiresAt ?? now) }),
    ...(timeLimitMs !== undefined && { time_limit: timeLimitMs / 1000 }),
    ...(softTimeLimitMs !== undefined && { soft_time_limit: softTimeLimitMs / 1000 }),
  };
}

/** Whether a task's input needs more than it is given. What is no plain object needs all or nothing. */
function lacks(task: AnyTask, given: unknown): boolean {
  if (task.input === null) return false;
  const { type, required } = jsonSchemaOf(task.name, task.input);
  if (type !== "object") return given === undefined;
  const names = Array.isArray(required) ? (required as readonly string[]) : [];
  return names.some((name) => (given as { readonly [key: string]: unknown } | undefined)?.[name] === undefined);
}

/** All tasks in a canvas, callbacks as well. */
function nodesOf({ node, callbacks, errbacks }: SignatureValue): readonly TaskNode[] {
  const own =
    node.kind === "task"
      ? [node]
      : (node.kind === "chord" ? [node.header, node.body] : node.parts).flatMap((part) => nodesOf(part));
  return [...own, ...[...callbacks, ...errbacks].flatMap((part) => nodesOf(part))];
}
