import type { Clock, Instant, Stop } from "../base/clock.ts";
import { HyoshiError, messageOf } from "../base/error.ts";
import type { Inbox } from "../run/inbox.ts";
import { type LimitedClaim, type RunLimits, rateKeyOf, slotKeyOf } from "../run/run-limits.ts";
import type { Claim, ClaimedRun } from "../run/run-store.ts";
import type { SecretSeal } from "../run/secret-seal.ts";
import type { TaskRegistry } from "../task/registry.ts";
import type { Task } from "../task/task.ts";
import { parseInput } from "../task/task-input.ts";
import { openedPayload } from "./opened-payload.ts";
import { patiently } from "./patiently.ts";

export interface LimitGateParts {
  readonly limits: RunLimits;
  readonly registry: TaskRegistry;
  readonly clock: Clock;
  /** Opens the secrets of inputs, before a key is made of them. */
  readonly secrets?: SecretSeal;
  /** Told of each failure of the store, which is asked again. */
  readonly failing: (error: unknown) => void;
  /** Ends a run whose key the task could not tell. */
  readonly fail: (run: ClaimedRun, error: HyoshiError) => void;
}

/**
 * Asks, for each run that its worker has taken and whose task limits bound, whether it may begin; what may not is held in the store, and needs no worker meanwhile. Frees
 * what a run has had when its end is written, and gives turns under rates ahead of time while somebody waits for them.
 */
export class LimitGate {
  readonly #parts: LimitGateParts;
  /** What admitted runs have, until they end. */
  readonly #slots = new WeakMap<ClaimedRun, string>();
  /** The same of runs whose end is being written. */
  readonly #ending = new Map<string, string>();
  readonly #free = new Set<string>();
  /** Rates that runs wait for, and when the next turns can be given. */
  readonly #again = new Map<string, Instant>();
  #stopTimer: Stop = () => {};
  #isReleasing = false;
  #releasing: Promise<void> = Promise.resolve();
  #sweeping: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: LimitGateParts) {
    this.#parts = parts;
  }

  /** The inbox without what may not begin yet. */
  guard(inbox: Inbox): Inbox {
    const take = async (limit: number, signal: AbortSignal): Promise<readonly ClaimedRun[]> => {
      while (!signal.aborted) {
        const taken = await inbox.take(limit, signal);
        const admitted = this.#admitted(taken);
        const begin = admitted instanceof Promise ? await admitted : admitted;
        if (begin.length > 0 || taken.length === 0) return begin;
      }
      return [];
    };
    return {
      take,
      giveBack: (claims) => inbox.giveBack(claims),
      addQueue: (queue) => inbox.addQueue(queue),
      removeQueue: (queue) => inbox.removeQueue(queue),
      ...(inbox.close !== undefined && { close: () => inbox.close?.() ?? Promise.resolve() }),
    };
  }

  /** Answers those that may begin. Never fails; where nothing is bound, nothing is asked. */
  #admitted(taken: readonly ClaimedRun[]): readonly ClaimedRun[] | Promise<readonly ClaimedRun[]> {
    const bound = taken.filter((run) => this.#taskOf(run) !== undefined);
    return bound.length === 0 ? taken : this.#admit(taken, bound);
  }

  /** Its end is about to be written. */
  ending(run: ClaimedRun): void {
    const key = this.#slots.get(run);
    if (key !== undefined) this.#ending.set(nameOf(run), key);
  }

  /** Its end, or that it is tried again, is written. */
  written(claim: Claim): void {
    const name = nameOf(claim);
    const key = this.#ending.get(name);
    if (key === undefined) return;
    this.#ending.delete(name);
    this.#release([key]);
  }

  /** Once a second: what others have left, and what nobody told of. */
  look(): void {
    const { limits, clock, failing } = this.#parts;
    if (this.#isStopped) return;
    this.#sweeping = limits.sweep(clock.now()).then(({ again }) => this.#waitFor(again), failing);
  }

  /** Frees what has ended, and leaves the rest to others. Nothing asks the store any more when this has resolved. */
  async stop(): Promise<void> {
    this.#stopTimer();
    await this.#releasing;
    this.#isStopped = true;
    await this.#sweeping;
    this.#stopTimer();
  }

  #taskOf(run: ClaimedRun): Task | undefined {
    const task = this.#parts.registry.find(run.task)?.task;
    if (task === undefined || run.unrecorded) return undefined;
    const { concurrency, rateLimit } = task.options.limits;
    return concurrency === null && rateLimit === null ? undefined : task;
  }

  async #admit(taken: readonly ClaimedRun[], bound: readonly ClaimedRun[]): Promise<readonly ClaimedRun[]> {
    const { limits, clock, failing } = this.#parts;
    const kept = new Set(taken);
    const claims: { readonly run: ClaimedRun; readonly claim: LimitedClaim }[] = [];
    for (const run of bound) {
      try {
        const claim = await this.#claimOf(run);
        if (claim !== undefined) claims.push({ run, claim });
      } catch (error) {
        kept.delete(run);
        this.#parts.fail(run, invalidKey(run.task, error));
      }
    }
    const asked = claims.map(({ claim }) => claim);
    const answers = asked.length === 0 ? [] : await patiently(() => limits.admit(asked, clock.now()), clock, failing);
    const waitedFor: string[] = [];
    claims.forEach(({ run, claim: { slot, rate } }, n) => {
      if (answers[n] === "begin") {
        if (slot !== undefined) this.#slots.set(run, slot.key);
        return;
      }
      kept.delete(run);
      if (answers[n] === "waits") waitedFor.push(...[slot?.key, rate?.key].filter((key) => key !== undefined));
    });
    this.#release(waitedFor);
    return taken.filter((run) => kept.has(run));
  }

  /** Undefined where its input does not fit: it begins, and fails with that. */
  async #claimOf(run: ClaimedRun): Promise<LimitedClaim | undefined> {
    const task = this.#taskOf(run);
    if (task === undefined) return undefined;
    const { id, claim } = run;
    const { concurrency, rateLimit } = task.options.limits;
    let key = "";
    if (concurrency !== null && concurrency.key !== null) {
      let input: unknown;
      try {
        input = await parseInput(task, await openedPayload(run, task, this.#parts.secrets));
      } catch {
        return undefined;
      }
      key = concurrency.key(input);
      if (typeof key !== "string") throw new TypeError(`it gave ${String(key)} and no text`);
    }
    return {
      ...{ id, claim },
      ...(concurrency !== null && { slot: { key: slotKeyOf(task.name, key), limit: concurrency.limit } }),
      ...(rateLimit !== null && { rate: { key: rateKeyOf(task.name), rate: rateLimit } }),
    };
  }

  #release(keys: readonly string[]): void {
    for (const key of keys) this.#free.add(key);
    if (this.#free.size > 0 && !this.#isReleasing && !this.#isStopped) this.#releasing = this.#releaseAll();
  }

  async #releaseAll(): Promise<void> {
    const { limits, clock, failing } = this.#parts;
    this.#isReleasing = true;
    // What ends at the same time is freed together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#free.size > 0 && !this.#isStopped) {
      const keys = [...this.#free];
      this.#free.clear();
      try {
        const { again } = await limits.release(keys, clock.now());
        this.#waitFor(again);
      } catch (error) {
        // The look of each second finds them.
        failing(error);
      }
    }
    this.#isReleasing = false;
  }

  #waitFor(again: ReadonlyMap<string, Instant>): void {
    for (const [key, at] of again) this.#again.set(key, at);
    if (this.#again.size === 0 || this.#isStopped) return;
    this.#stopTimer();
    const { clock } = this.#parts;
    const first = Math.min(...this.#again.values());
    this.#stopTimer = clock.after(Math.max(1, first - clock.now()), () => {
      const now = clock.now();
      const due = [...this.#again].filter(([, at]) => at <= now).map(([key]) => key);
      for (const key of due) this.#again.delete(key);
      this.#release(due);
      this.#waitFor(new Map());
    });
  }
}

function nameOf({ id, claim }: Claim): string {
  return `${claim} ${id}`;
}

function invalidKey(task: string, error: unknown): HyoshiError {
  return new HyoshiError(
    "invalid_concurrency_key",
    `option 'concurrency.key' of task '${task}' failed: ${messageOf(error)}; expected a text`,
    { cause: error, fields: { task } },
  );
}
