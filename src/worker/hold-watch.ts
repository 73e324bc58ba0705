import type { Clock, Instant, Stop } from "../base/clock.ts";
import type { Inbox } from "../run/inbox.ts";

/** Somebody has said that nothing is to be taken from a queue, or by a worker or the workers of a host. */
export interface Hold {
  readonly scope: "queue" | "worker" | "host";
  /** The queue's, worker's or host's name. */
  readonly scopeId: string;
  readonly fromAt: Instant;
  /** Null: until it is ended. */
  readonly untilAt: Instant | null;
  readonly by: string;
  readonly reason: string;
}

export interface HoldWatchParts {
  readonly holds: (now: Instant) => Promise<readonly Hold[]>;
  readonly clock: Clock;
  readonly name: string;
  readonly host: string;
  /** The queues that the worker is to take from where nothing is held. */
  readonly queues: () => readonly string[];
  /** Where it takes from; undefined while it has no lease. */
  readonly inbox: () => Pick<Inbox, "addQueue" | "removeQueue"> | undefined;
  readonly failing: (error: unknown) => void;
}

/** Hints come with every change of the database; so many looks a second are enough. */
const LOOK_EVERY_MS = 100;

/**
 * Keeps a worker from taking what is held back: from paused queues, or anything at all while the worker or its host is drained. What it has taken goes on. A worker is
 * drained until somebody resumes it or it ends: what was said before its start was said to another one of its name.
 */
export class HoldWatch {
  readonly #parts: HoldWatchParts;
  readonly #startedAt: Instant;
  #holds: readonly Hold[] = [];
  /** What the inbox takes from. */
  #taken = new Set<string>();
  #looking: Promise<void> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #stopTimer: Stop | undefined;
  #isStopped = false;

  constructor(parts: HoldWatchParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  /** Why the worker takes nothing at all. */
  get drain(): Hold | undefined {
    const { name, host, clock } = this.#parts;
    const now = clock.now();
    return this.#holds.find(
      ({ scope, scopeId, fromAt, untilAt }) =>
        (untilAt === null || untilAt > now) &&
        (scope === "worker" ? scopeId === name && fromAt >= this.#startedAt : scope === "host" && scopeId === host),
    );
  }

  /** The queues that a new inbox begins with. */
  async begin(): Promise<readonly string[]> {
    await this.#read();
    this.#taken = new Set(this.#open());
    return [...this.#taken];
  }

  /** A hint that something may have changed. */
  hear(): void {
    if (this.#stopTimer !== undefined || this.#isStopped) return;
    const { clock } = this.#parts;
    const wait = Math.max(0, this.#lookedAt + LOOK_EVERY_MS - clock.monotonic());
    this.#stopTimer = clock.after(wait, () => {
      this.#stopTimer = undefined;
      void this.look();
    });
  }

  /** Reads what is held, and takes from what is open. Never fails. */
  look(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** The worker is to take from other queues than before. */
  async apply(): Promise<void> {
    const inbox = this.#parts.inbox();
    if (inbox === undefined) return;
    const open = new Set(this.#open());
    for (const queue of this.#taken) {
      if (open.has(queue)) continue;
      this.#taken.delete(queue);
      await inbox.removeQueue(queue);
    }
    for (const queue of open) {
      if (this.#taken.has(queue)) continue;
      this.#taken.add(queue);
      await inbox.addQueue(queue);
    }
  }

  /** Nothing asks the store any more when this has resolved. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopTimer?.();
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      await this.#read();
      await this.apply();
    } catch (error) {
      this.#parts.failing(error);
    }
  }

  async #read(): Promise<void> {
    const { holds, clock } = this.#parts;
    this.#lookedAt = clock.monotonic();
    this.#holds = await holds(clock.now());
  }

  #open(): readonly string[] {
    const { queues, clock } = this.#parts;
    if (this.drain !== undefined) return [];
    const now = clock.now();
    const inForce = this.#holds.filter(({ untilAt }) => untilAt === null || untilAt > now);
    const paused = new Set(inForce.filter(({ scope }) => scope === "queue").map(({ scopeId }) => scopeId));
    return queues().filter((queue) => !paused.has(queue));
  }
}
