import type { Clock, Stop } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { ClaimedRun } from "../../run/run-store.ts";
import type { PoolKind } from "../../task/pool-options.ts";
import type { RegisteredTask } from "../../task/registry.ts";
import type { ExecutorParts } from "../executor.ts";
import { ChildAttempt } from "./child-attempt.ts";
import type { ChildLink, StartChild } from "./child-link.ts";
import type { FromChild } from "./child-message.ts";
import type { Pool, PoolChild } from "./pool.ts";

export interface ChildPoolParts {
  readonly kind: Exclude<PoolKind, "loop">;
  readonly size: number;
  readonly start: StartChild;
  readonly executor: ExecutorParts;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A child is replaced after so many attempts; default: never. */
  readonly maxRuns?: number;
  /** A child that has more than this at the end of an attempt is replaced; default: never. */
  readonly maxMemoryBytes?: number;
}

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 15_000;

interface Child {
  readonly link: ChildLink;
  state: "starting" | "idle" | "busy" | "leaving";
  attempt: ChildAttempt | undefined;
  executed: number;
  memoryBytes: number | undefined;
  /** Why it could not load the project. */
  failure: string | undefined;
}

/**
 * Attempts in threads or in processes, one at a time in each. Children are started as they are needed, up to the pool's size, and stay. One that crashes, was ended by
 * force, has executed enough or has grown too large is replaced; where they crash one after the other, later and later.
 */
export class ChildPool implements Pool {
  readonly kind: ChildPoolParts["kind"];
  readonly #parts: ChildPoolParts;
  readonly #children = new Set<Child>();
  readonly #listeners = new Set<() => void>();
  #size: number;
  /** So many children are wanted. */
  #wanted = 0;
  #backoffMs = 0;
  #stopBackoff: Stop | undefined;
  #isClosed = false;
  #crashes = 0;

  constructor(parts: ChildPoolParts) {
    this.kind = parts.kind;
    this.#parts = parts;
    this.#size = parts.size;
  }

  get crashes(): number {
    return this.#crashes;
  }

  get free(): number {
    const idle = this.#in("idle");
    return Math.max(0, Math.min(idle, this.#size - this.#in("busy")));
  }

  onChange(changed: () => void): Stop {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  prepare(attempts: number): void {
    this.#wanted = Math.min(this.#size, Math.max(this.#wanted, this.#in("busy") + attempts));
    this.#startWanted();
  }

  attempt(run: ClaimedRun, task: RegisteredTask): ChildAttempt {
    const child = [...this.#children].find(({ state }) => state === "idle");
    if (child === undefined) throw new Error("there is no free child");
    const attempt = new ChildAttempt(run, task, this.#parts.executor, {
      send: (message) => child.link.send(message),
      kill: () => {
        if (child.attempt !== attempt) return;
        child.state = "leaving";
        child.link.kill();
      },
    });
    child.state = "busy";
    child.attempt = attempt;
    return attempt;
  }

  resize(size: number): void {
    this.#size = size;
    this.#wanted = Math.min(this.#wanted, size);
    for (const child of this.#children) {
      if (this.#alive() <= size) break;
      if (child.state === "idle" || child.state === "starting") this.#retire(child);
    }
    this.#changed();
  }

  children(): readonly PoolChild[] {
    return [...this.#children].map(({ link, attempt, executed, memoryBytes }) => ({
      pid: link.pid,
      runId: attempt?.run.id,
      executed,
      memoryBytes,
    }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopBackoff?.();
    for (const child of this.#children) this.#retire(child);
    await new Promise<void>((resolve) => {
      const look = () => this.#children.size === 0 && resolve();
      this.onChange(look);
      look();
    });
    this.#listeners.clear();
  }

  #startWanted(): void {
    if (this.#isClosed || this.#stopBackoff !== undefined) return;
    while (this.#alive() < this.#wanted) this.#start();
  }

  #start(): void {
    let child: Child | undefined;
    const link = this.#parts.start({
      said: (message) => child && this.#heard(child, message),
      wrote: (stream, line) => child && this.#wrote(child, stream, line),
      gone: (how) => child && this.#gone(child, how),
    });
    child = { link, state: "starting", attempt: undefined, executed: 0, memoryBytes: undefined, failure: undefined };
    this.#children.add(child);
  }

  #heard(child: Child, message: FromChild): void {
    if (message.kind === "failed") child.failure = message.message;
    if (message.kind === "ready" && child.state === "starting") {
      child.state = "idle";
      this.#changed();
    }
    const { attempt } = child;
    attempt?.heard(message);
    if (message.kind !== "ended" || attempt === undefined) return;
    child.attempt = undefined;
    child.executed += 1;
    child.memoryBytes = message.memoryBytes;
    this.#backoffMs = 0;
    if (child.state === "busy") child.state = "idle";
    if (message.isSpoilt || this.#isSpent(child) || this.#alive() > this.#size) this.#retire(child);
    this.#startWanted();
    this.#changed();
  }

  #isSpent({ executed, memoryBytes = 0 }: Child): boolean {
    const { maxRuns = Number.POSITIVE_INFINITY, maxMemoryBytes = Number.POSITIVE_INFINITY } = this.#parts;
    return executed >= maxRuns || memoryBytes > maxMemoryBytes;
  }

  /** What it writes past its channel belongs to the run that it executes. */
  #wrote(child: Child, stream: "stdout" | "stderr", line: string): void {
    if (child.attempt !== undefined) child.attempt.log.write(stream === "stderr" ? "ERROR" : "INFO", [line]);
    else this.#parts.logger[stream === "stderr" ? "warn" : "info"]({ pid: child.link.pid }, line);
  }

  #gone(child: Child, how: string): void {
    const wasExpected = child.state === "leaving";
    this.#children.delete(child);
    child.attempt?.gone(how);
    child.attempt = undefined;
    if (!wasExpected && !this.#isClosed) {
      this.#crashes += 1;
      const why = child.failure ?? how;
      this.#parts.logger.error({ pool: this.kind, pid: child.link.pid }, `a child of the pool is gone: ${why}`);
      this.#backOff();
    }
    this.#startWanted();
    this.#changed();
  }

  /** The first is replaced at once. */
  #backOff(): void {
    const ms = this.#backoffMs;
    this.#backoffMs = Math.min(Math.max(FIRST_BACKOFF_MS, ms * 2), LONGEST_BACKOFF_MS);
    if (ms === 0 || this.#stopBackoff !== undefined) return;
    this.#stopBackoff = this.#parts.clock.after(ms, () => {
      this.#stopBackoff = undefined;
      this.#startWanted();
    });
  }

  #retire(child: Child): void {
    if (child.state === "leaving") return;
    child.state = "leaving";
    child.link.kill();
  }

  #alive(): number {
    return this.#children.size - this.#in("leaving");
  }

  #in(state: Child["state"]): number {
    let count = 0;
    for (const child of this.#children) if (child.state === state) count += 1;
    return count;
  }

  #changed(): void {
    for (const changed of [...this.#listeners]) changed();
  }
}
