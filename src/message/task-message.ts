import type { Instant } from "../base/clock.ts";
import type { Json, JsonObject } from "../base/json.ts";

/**
 * A signature as it lies on the wire: `{ task, args, kwargs, options, subtask_type, immutable }`, composite ones with `subtask_type` `chain`,
 * `group` or `chord`. Kept as it came, since a step that is handed on must reach the next worker as its sender wrote it.
 */
export type WireSignature = JsonObject;

/** What follows a run, from the fourth of Celery's message parts. */
export interface Embed {
  /** Sent when it has succeeded (`link`). */
  readonly callbacks?: readonly WireSignature[];
  /** Sent when it has failed (`link_error`). */
  readonly errbacks?: readonly WireSignature[];
  /** The steps that remain of its chain, the next one last, as on the wire. */
  readonly chain?: readonly WireSignature[];
  /** The body of the chord that it is a header member of. */
  readonly chord?: WireSignature;
}

/**
 * A task's message, read from or to be written to Celery's protocol 2 (protocol 1 is read, never written). Arguments and signatures are as they lie on the wire,
 * tagged dates and the like included: what is kept, compared or handed on stays so. `plainValue` (rich-value.ts) makes of them what a task in
 * JavaScript works with.
 */
export interface TaskMessage {
  readonly id: string;
  readonly task: string;
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
  readonly embed: Embed;
  readonly eta?: Instant;
  readonly expires?: Instant;
  /** Executions that asked for another one: the id stays the same. */
  readonly retries: number;
  readonly groupId?: string;
  readonly groupIndex?: number;
  readonly rootId?: string;
  readonly parentId?: string;
  /** In seconds, as on the wire. */
  readonly timeLimit?: { readonly hard?: number; readonly soft?: number };
  readonly shadow?: string;
  readonly ignoreResult?: boolean;
  readonly replyTo?: string;
  /** `gen<pid>@<host>` of who published it. */
  readonly origin?: string;
  /**
   * What the caller added, flat beside the standard headers (such as `periodic_task_name`), and, where they say something, Celery's `stamped_headers`,
   * `stamps` and `replaced_task_nesting`.
   */
  readonly headers: JsonObject;
  /** The caller's own display texts; where absent they are made from the arguments. */
  readonly argsRepr?: string;
  readonly kwargsRepr?: string;
}
