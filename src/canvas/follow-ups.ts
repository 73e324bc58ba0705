import type { Json } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";
import type { CanvasContext, CanvasMessage } from "./canvas-message.ts";

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

/** What a run's end leads to. What has to be done, in this order: `chords`, then `messages`, then the run's own result with `children`, then `endings`, then `part`. */
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

/** A chord that counts to `size`. */
export interface ChordStart {
  readonly groupId: string;
  readonly size: number;
  /** The result tuples of its header's members, in the header's order: backends keep them, and its results are nested as these are. */
  readonly members: readonly Json[];
}

export interface PartOfChord {
  readonly groupId: string;
  /** Null: it comes after all others, in any order. */
  readonly groupIndex: number | null;
  /** What is applied to the results once all members have ended. */
  readonly body: WireSignature;
}

/** The end of a run that never begins. */
export interface StepEnding {
  readonly id: string;
  readonly task: string;
  readonly state: "FAILURE" | "REVOKED";
  readonly exception: Json;
  readonly traceback: string | null;
  readonly groupId?: string;
  readonly parentId?: string;
  readonly replyTo?: string;
  /** The chord that counts it. */
  readonly part?: PartOfChord;
}

/**
 * What follows a run's end. Pure: asked twice with the same ids, it answers the same.
 *
 * @param run the message that was executed, or the run's record made into one
 */
export declare function followUps(run: CanvasMessage, ending: Ending, context: CanvasContext): FollowUps;

/** What follows when all members of a chord have ended well: its body, applied to their results. `run` is the member that completed it. */
export declare function followChord(
  run: CanvasMessage,
  body: WireSignature,
  results: readonly Json[],
  context: CanvasContext,
): FollowUps;

/**
 * What follows when a member of a chord has failed: the body's result is a ChordError, its errbacks are called with the body's id, and so on for what
 * would have followed it.
 *
 * @param message what the ChordError says, such as `Dependency <id> raised ValueError('boom')`
 */
export declare function failChord(
  run: CanvasMessage,
  body: WireSignature,
  message: string,
  context: CanvasContext,
): FollowUps;
