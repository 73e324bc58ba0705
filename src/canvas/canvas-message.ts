import type { Instant } from "../base/clock.ts";
import type { TaskMessage } from "../message/task-message.ts";

/** A message that a canvas asks for, with where it goes. */
export interface CanvasMessage extends TaskMessage {
  /** Absent: the queue of the task, or the sender's default. */
  readonly queue?: string;
  /** 0 to 9, higher first. Absent: the task's own. */
  readonly priority?: number;
}

/** What pure code cannot know by itself. */
export interface CanvasContext {
  /** An id for what has none yet: a callback, a group. */
  newId(): string;
  /** For countdowns. */
  readonly now: Instant;
  /** Which end of a signature's `priority` comes first on its broker: Redis `low-first`, RabbitMQ `high-first` (the default). */
  readonly priorities?: "low-first" | "high-first";
}
