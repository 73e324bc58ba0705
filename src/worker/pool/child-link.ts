import type { FromChild, ToChild } from "./child-message.ts";

/** A thread or a process, as its pool has it. */
export interface ChildLink {
  /** Of its process. */
  readonly pid: number;
  send(message: ToChild): void;
  /** Ends it at once, and whatever it has started in its process group. `gone` is told when that is done. */
  kill(): void;
}

export interface ChildEvents {
  readonly said: (message: FromChild) => void;
  /** A line of its output that did not come over its channel. */
  readonly wrote: (stream: "stdout" | "stderr", line: string) => void;
  /** It has ended: `how`, as in "it ended with code 3". Told once. */
  readonly gone: (how: string) => void;
}

export type StartChild = (events: ChildEvents) => ChildLink;
