import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import { formatUuid } from "../base/random.ts";
import type { CanvasMessage } from "../canvas/canvas-message.ts";
import type { NewRun } from "../run/run.ts";
import { messageOfRun, runOfMessage } from "../run/run-message.ts";
import { DEFAULT_PRIORITY } from "../task/task-options.ts";

/** A run as the message that it was, or would have been, sent with. */
export function messageOf(run: NewRun & { readonly retries: number }): CanvasMessage {
  return { ...messageOfRun(run), queue: run.queue, priority: run.priority };
}

/** Where a message goes that does not say so itself. */
export interface Destination {
  /** Absent: the queue of the run that it follows; who serves that may know both. */
  readonly queue?: string;
  readonly priority?: number;
  /** Whether it may be begun again after its worker died. */
  readonly onLost?: "retry" | "fail";
}

/**
 * The run of a message that follows another run.
 *
 * @param after the run that it follows: what has no priority of its own has its sender's where that came from Celery, whose messages all have one
 */
export function followingRun(message: CanvasMessage, to: Destination, after: NewRun, now: Instant): NewRun {
  const inherited = after.wire === undefined ? undefined : after.priority;
  const run = runOfMessage(message, {
    queue: message.queue ?? to.queue ?? after.queue,
    priority: message.priority ?? inherited ?? to.priority ?? DEFAULT_PRIORITY,
    now,
  });
  const { from: _from, ...wire } = run.wire ?? {};
  const isForeign = after.wire?.from === "celery" || after.wire?.foreign === true;
  const options = { ...run.options, ...(to.onLost === "fail" && { onLost: to.onLost }) };
  return { ...run, options, origin: { kind: "task" }, wire: { ...wire, ...(isForeign && { foreign: true }) } };
}

/** Ids that are the same whenever and wherever they are made for `of`: what is sent again for a run is known to be the same. */
export function idsAfter(of: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return formatUuid(createHash("sha256").update(`${of}\0follows\0${count}`).digest().subarray(0, 16), 8);
  };
}
