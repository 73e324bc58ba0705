import { breathe } from "../base/breathe.ts";
import type { Clock, Stop } from "../base/clock.ts";
import type { Inbox } from "../run/inbox.ts";
import type { ClaimedRun } from "../run/run-store.ts";
import { patiently } from "./patiently.ts";
import type { Slots } from "./slots.ts";

/** So many at once are taken only of runs that pass through in a moment, and where more of them wait. */
const PIPELINED = 50;
/** A claimed run that has waited so long for a slot is given back: another worker may have one free. */
const RESERVED_AT_MOST_MS = 50;

export interface ConsumerParts {
  readonly inbox: Inbox;
  readonly slots: Slots;
  readonly clock: Clock;
  /** Told of what was taken. */
  readonly received?: (run: ClaimedRun) => void;
  /** Begins a run, at once. */
  readonly execute: (run: ClaimedRun) => void;
  /** Told of each failure of the inbox, which is asked again. */
  readonly failing: (error: unknown) => void;
}

/**
 * Takes runs under one lease, and hands them to free slots. What it has taken and not handed out is *reserved*: claimed in the
 * database, never charged with an attempt, and given back when it waits too long or the consumer is closed. It takes the
 * next ones when none is reserved, or while short ones of a long queue pass through.
 */
export class Consumer {
  readonly #parts: ConsumerParts;
  readonly #closing = new AbortController();
  readonly #stopListening: Stop;
  #reserved: ClaimedRun[] = [];
  #stopWaiting: Stop = () => {};
  #wakeUp: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
    this.#stopListening = parts.slots.onChange(() => this.#handOut());
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Taken, and not begun. */
  get reserved(): readonly ClaimedRun[] {
    return this.#reserved;
  }

  addQueue(queue: string): Promise<void> {
    return this.#parts.inbox.addQueue(queue);
  }

  removeQueue(queue: string): Promise<void> {
    return this.#parts.inbox.removeQueue(queue);
  }

  /** Takes nothing more, and gives back what has not begun; with it what of its runs waited elsewhere. */
  async close(waiting: readonly ClaimedRun[] = []): Promise<void> {
    this.#stop();
    await this.#loop;
    await this.#giveBack([...this.#reserved.splice(0), ...waiting]);
    await this.#closeInbox();
  }

  /** Takes nothing more; the lease is lost, and with it what was reserved. */
  drop(): void {
    this.#stop();
    this.#reserved = [];
    void this.#loop.then(() => this.#closeInbox());
  }

  async #closeInbox(): Promise<void> {
    const { inbox, failing } = this.#parts;
    await inbox.close?.().catch(failing);
  }

  #stop(): void {
    this.#closing.abort();
    this.#stopListening();
    this.#stopWaiting();
    this.#wakeUp();
  }

  async #run(): Promise<void> {
    const { inbox, slots, received, failing } = this.#parts;
    const { signal } = this.#closing;
    /** Begun while those before are executed. */
    let next: ReturnType<Inbox["take"]> | undefined;
    for (let failures = 0; !signal.aborted || next !== undefined; ) {
      if (next === undefined && (this.#reserved.length > 0 || slots.room === 0)) {
        await new Promise<void>((resolve) => {
          this.#wakeUp = resolve;
        });
        continue;
      }
      try {
        const { room } = slots;
        const taken = await (next ?? inbox.take(room, signal));
        next = undefined;
        this.#reserved.push(...taken);
        if (received !== undefined) for (const run of taken) received(run);
        failures = 0;
        // Where runs are short and many wait, those to come travel meanwhile.
        if (taken.length >= PIPELINED && slots.room > 0 && !signal.aborted) {
          next = inbox.take(slots.room, signal);
          // Looked at when its turn comes.
          next.catch(() => {});
          // A driver may write when the event loop comes round, and what is asked is to leave before the runs keep the loop busy.
          await breathe();
          await breathe();
        }
      } catch (error) {
        next = undefined;
        failing(error);
        failures += 1;
        await this.#pause(Math.min(50 * 2 ** failures, 1_000));
      }
      // What is still coming is given back with what is there.
      if (signal.aborted) continue;
      this.#handOut();
      if (this.#reserved.length > 0) {
        this.#stopWaiting();
        this.#stopWaiting = this.#parts.clock.after(RESERVED_AT_MOST_MS, () => this.#waitedTooLong());
      }
      // Other work of this process has its turn, however full the queue is.
      await breathe();
    }
  }

  #handOut(): void {
    const { slots, execute } = this.#parts;
    while (this.#reserved.length > 0 && slots.free > 0) {
      const run = this.#reserved.shift();
      if (run !== undefined) execute(run);
    }
    if (this.#reserved.length > 0) return;
    this.#stopWaiting();
    this.#wakeUp();
  }

  #waitedTooLong(): void {
    this.#parts.slots.expectLong();
    void this.#giveBack(this.#reserved.splice(0));
    this.#wakeUp();
  }

  /** A run that nobody gives back would stay this process's own, and never be executed. */
  async #giveBack(runs: readonly ClaimedRun[]): Promise<void> {
    const { inbox, clock, failing } = this.#parts;
    if (runs.length > 0) await patiently(() => inbox.giveBack(runs), clock, failing);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeUp = resolve;
      this.#stopWaiting = this.#parts.clock.after(ms, resolve);
    });
  }
}
