import type { Json, JsonObject } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";
import { type Applied, applySignature, type ChordStart } from "./apply-signature.ts";
import type { CanvasContext, CanvasMessage } from "./canvas-message.ts";
import { REPLACED } from "./replacement.ts";
import { groupOf, idOf, kindOf, lastIdOf, optionsOf, signaturesOf, tasksOf } from "./signature-parts.ts";
import { endingsOf, type PartOfChord, type StepEnding } from "./step-endings.ts";

export type { ChordStart } from "./apply-signature.ts";
export type { PartOfChord, StepEnding } from "./step-endings.ts";

/** How an execution ended for good. A retry is no end: see `retryMessage`. */
export type Ending =
  | { readonly state: "SUCCESS"; readonly result: Json }
  | {
      /** REVOKED: cancelled or expired. */
      readonly state: "FAILURE" | "REVOKED";
      /** The exception as a result record holds it: `{ exc_type, exc_message, exc_module }`. */
      readonly exception: Json;
      readonly traceback: string | null;
    };

/**
 * What a run's end leads to. To be done in this order: `chords`, then `messages`, then the run's own result with `children`, then `endings`, then `part`.
 */
export interface FollowUps {
  /** Chords that begin with these messages: `startChord` for each, before any of the messages is sent. */
  readonly chords: readonly ChordStart[];
  /** To be sent, in this order: callbacks, the next step, errbacks. */
  readonly messages: readonly CanvasMessage[];
  /** The result tuples of what was sent, for the run's own result record. */
  readonly children: readonly Json[];
  /** Runs that never begin because this one failed, such as a chain's later steps: their results are stored, so that nobody waits for them forever. */
  readonly endings: readonly StepEnding[];
  /** The chord that counts this run, once its result is stored. */
  readonly part?: PartOfChord;
}

/** What follows a run's end. Pure: asked again with the same ids, it answers the same. `run` is the message that was executed. */
export function followUps(run: CanvasMessage, ending: Ending, context: CanvasContext): FollowUps {
  const part = partOf(run);
  const counted = part === undefined ? {} : { part };
  if (ending.state === "SUCCESS") return { ...whole(afterSuccess(run, ending.result, context)), ...counted };
  // Celery calls none where a run was revoked; a run whose place this one takes waits for any end.
  const errbacks = (run.embed.errbacks ?? []).filter(({ task }) => ending.state === "FAILURE" || task === REPLACED);
  const called = callErrbacks(errbacks, { id: run.id, rootId: run.rootId ?? run.id }, context);
  const endings = (run.embed.chain ?? []).flatMap((step) => endingsOf(step, ending));
  // Errbacks are sent when the result is stored already, as Celery does it: they are nobody's children.
  return { ...whole([called]), children: [], endings, ...counted };
}

/** What follows when all members of a chord have ended well: its body, applied to the list of their results. `run` is the member that completed it. */
export function followChord(
  run: CanvasMessage,
  body: WireSignature,
  results: readonly Json[],
  context: CanvasContext,
): FollowUps {
  const options = { root_id: run.rootId ?? run.id, parent_id: run.id, ...optionsOf(body) };
  return { ...whole([applySignature({ ...body, options }, { args: [results] }, context)]), children: [] };
}

/**
 * What follows when a member of a chord has failed: the body ends with a ChordError, its errbacks are called with its id, and what would have followed it
 * ends in the same way.
 *
 * @param message what the ChordError says: `Dependency <id> raised ValueError('boom')`
 */
export function failChord(body: WireSignature, message: string, context: CanvasContext): FollowUps {
  const ending = {
    state: "FAILURE",
    exception: { exc_type: "ChordError", exc_message: [message], exc_module: "celery.exceptions" },
    traceback: null,
  } as const;
  const errbacks = signaturesOf(optionsOf(body).link_error);
  const rest = signaturesOf(optionsOf(body).chain);
  const calls = failedIds(body).map((id) => callErrbacks(errbacks, { id, rootId: id }, context));
  return { ...whole(calls), children: [], endings: [body, ...rest].flatMap((step) => endingsOf(step, ending)) };
}

function afterSuccess(run: CanvasMessage, result: Json, context: CanvasContext): readonly Applied[] {
  const options = { parent_id: run.id, root_id: run.rootId ?? run.id };
  const apply = (signature: WireSignature, more: JsonObject = {}) =>
    applySignature(signature, { args: [result], options: { ...options, ...more } }, context);
  const callbacks = (callbacksOf(run) ?? []).map((callback) => apply(callback));
  const chain = run.embed.chain ?? [];
  const next = chain.at(-1);
  return next === undefined ? callbacks : [...callbacks, apply(next, { chain: chain.slice(0, -1) })];
}

/** A single callback is applied as it is. Several are one group, in which those that are groups have no part: these come first, each for itself. */
function callbacksOf(run: CanvasMessage): readonly WireSignature[] {
  const callbacks = run.embed.callbacks ?? [];
  if (callbacks.length < 2) return callbacks;
  const groups = callbacks.filter((callback) => kindOf(callback) === "group");
  const others = callbacks.filter((callback) => kindOf(callback) !== "group");
  return others.length === 0 ? groups : [...groups, groupOf(others)];
}

/** Errbacks are sent as a group, also a single one, with the failed run's id before their own arguments. */
function callErrbacks(
  errbacks: readonly WireSignature[],
  failed: { readonly id: string; readonly rootId: string },
  context: CanvasContext,
): Applied {
  const options = { parent_id: failed.id, root_id: failed.rootId };
  return applySignature(groupOf(errbacks), { args: [failed.id], options }, context);
}

/** Whose failure the errbacks of a chord's body are told: the body's, of a chain its last step's, of a group each member's. */
function failedIds(body: WireSignature): readonly string[] {
  if (kindOf(body) === "group") return tasksOf(body).flatMap((member) => lastIdOf(member) ?? []);
  const id = idOf(body) ?? lastIdOf(body);
  return id === undefined ? [] : [id];
}

/** A group by itself counts nothing; only a member that carries the chord's body is one of a chord's. */
function partOf({ embed, groupId, groupIndex }: CanvasMessage): PartOfChord | undefined {
  if (embed.chord === undefined || groupId === undefined) return undefined;
  return { groupId, groupIndex: groupIndex ?? null, body: embed.chord };
}

function whole(applied: readonly Applied[]): FollowUps {
  return {
    chords: applied.flatMap(({ chords }) => chords),
    messages: applied.flatMap(({ messages }) => messages),
    children: applied.flatMap(({ children }) => children),
    endings: [],
  };
}
