import type { Clock, Instant } from "../base/clock.ts";
import type { Delivery, Subscription } from "../broker/broker.ts";
import type { LogPart, LogStore } from "./log-store.ts";
import type { NewRun, Progress } from "./run.ts";
import type { RunArchive } from "./run-archive.ts";
import type { Claim, ClaimedRun, HeldClaim, Outcome, RelayedRuns, ReportedRuns, RunStore } from "./run-store.ts";

export interface UnrecordedRunsParts {
  readonly runs: RunStore & RelayedRuns & ReportedRuns;
  readonly logs: LogStore;
  readonly archive: Pick<RunArchive, "add">;
  readonly clock: Clock;
  /** What the worker is called in records of runs that failed. */
  readonly worker: string;
}

interface Held {
  readonly run: ClaimedRun;
  readonly delivery: Delivery;
  readonly subscription: Subscription;
  /** What it wrote, as long as it may have to be kept. */
  readonly logs: LogPart[];
  isLost: boolean;
}

/** A message that is being executed is kept from others by renewing its lease so often. */
const RENEW_EVERY_MS = 5_000;
/** What a run writes is kept in memory up to so many characters, until it is known whether it failed. */
const MOST_LOG = 256 * 1024;

/**
 * The runs of one worker as it sees them: those that have rows, in the store; and those that have none, which are executed straight from their messages. Of
 * the latter nothing is written unless they fail and their task keeps failures. A message is acknowledged when its run has ended, after what follows
 * it was sent and, where somebody is told of its result, after that: so a run without a record has the broker's guarantees.
 * One that is to be tried again gets a row, in which it waits.
 */
export class UnrecordedRuns {
  readonly #parts: UnrecordedRunsParts;
  readonly #held = new Map<number, Held>();
  #claims = 0;
  #ended = () => {};
  #isRenewing = false;
  /** For the worker, in the place of the store's. */
  readonly runs: RunStore & ReportedRuns;
  readonly logs: LogStore;

  constructor(parts: UnrecordedRunsParts) {
    this.#parts = parts;
    const { runs, logs } = parts;
    this.runs = {
      add: (added, options) => runs.add(added, options),
      addUnique: (run, unique) => runs.addUnique(run, unique),
      lockState: (key) => runs.lockState(key),
      claim: (request) => runs.claim(request),
      begin: (claims, now) => this.#begin(claims, now),
      finish: (outcomes) => this.#finish(outcomes),
      endWaiting: (outcome) => runs.endWaiting(outcome),
      giveBack: (claims, notBefore) => this.#giveBack(claims, notBefore),
      progress: (claim, progress) => this.#progress(claim, progress),
      cancel: (request) => runs.cancel(request),
      cancelled: (processId, claims) => this.#cancelled(processId, claims),
      sweep: (now) => runs.sweep(now),
      nextScheduledAt: () => runs.nextScheduledAt(),
      find: (id) => runs.find(id),
      reported: (ids) => this.#reported(ids),
      unreported: (request) => runs.unreported(request),
    };
    this.logs = {
      append: (written) => this.#append(written),
      read: (runId, from, limit) => logs.read(runId, from, limit),
    };
  }

  /** Takes a message on as a run without a row. */
  take(
    sent: NewRun,
    from: {
      readonly delivery: Delivery;
      readonly subscription: Subscription;
      readonly processId: number;
      readonly retries: number;
    },
  ): ClaimedRun {
    const { processId, retries, ...place } = from;
    this.#claims += 1;
    const run: ClaimedRun = {
      ...sent,
      ...{ processId, retries },
      // No row has such a number.
      claim: -this.#claims,
      attempt: retries + 1,
      lost: 0,
      suspect: false,
      unrecorded: true,
    };
    this.#held.set(run.claim, { run, ...place, logs: [], isLost: false });
    if (!this.#isRenewing) this.#renewLater();
    return run;
  }

  #heldOf({ claim }: Claim): Held | undefined {
    return this.#held.get(claim);
  }

  #split<T extends Claim>(claims: readonly T[]): { readonly stored: readonly T[]; readonly held: readonly T[] } {
    if (this.#held.size === 0) return { stored: claims, held: [] };
    return {
      stored: claims.filter(({ claim }) => claim >= 0),
      held: claims.filter(({ claim }) => claim < 0),
    };
  }

  async #begin(claims: readonly HeldClaim[], now: Instant): Promise<readonly boolean[]> {
    const { stored } = this.#split(claims);
    const begun = stored.length === 0 ? [] : await this.#parts.runs.begin(stored, now);
    const answers = new Map(stored.map((claim, n) => [claim, begun[n] ?? false]));
    return claims.map((claim) => answers.get(claim) ?? this.#heldOf(claim)?.isLost === false);
  }

  async #giveBack(claims: readonly Claim[], notBefore?: Instant): Promise<void> {
    const { stored, held } = this.#split(claims);
    if (stored.length > 0) await this.#parts.runs.giveBack(stored, notBefore);
    for (const claim of held) {
      const one = this.#heldOf(claim);
      if (one === undefined) continue;
      if (notBefore === undefined) await one.subscription.giveBack([one.delivery]);
      else await this.#keep(one, notBefore, one.run.retries);
      this.#forget(claim);
    }
  }

  async #progress(claim: Claim, progress: Progress): Promise<void> {
    if (claim.claim >= 0) await this.#parts.runs.progress(claim, progress);
  }

  async #cancelled(processId: number, claims: readonly Claim[]): Promise<readonly Claim[]> {
    const { stored, held } = this.#split(claims);
    const asked = stored.length === 0 ? [] : await this.#parts.runs.cancelled(processId, stored);
    return [...asked, ...held.filter((claim) => this.#heldOf(claim)?.isLost !== false)];
  }

  async #finish(outcomes: readonly Outcome[]): Promise<readonly ("done" | "retrying" | "fenced")[]> {
    const { stored, held } = this.#split(outcomes);
    const answers = new Map<Outcome, "done" | "retrying" | "fenced">();
    if (stored.length > 0) {
      const written = await this.#parts.runs.finish(stored);
      stored.forEach((outcome, n) => void answers.set(outcome, written[n] ?? "fenced"));
    }
    if (held.length > 0) await this.#finishHeld(held, answers);
    return outcomes.map((outcome) => answers.get(outcome) ?? "fenced");
  }

  async #finishHeld(
    outcomes: readonly Outcome[],
    answers: Map<Outcome, "done" | "retrying" | "fenced">,
  ): Promise<void> {
    const ended: Held[] = [];
    for (const outcome of outcomes) {
      const one = this.#heldOf(outcome);
      if (one === undefined) continue;
      if (outcome.kind === "retry") {
        if (outcome.handedBack) await one.subscription.giveBack([one.delivery]);
        else await this.#keep(one, outcome.availableAt, one.run.retries + 1);
        this.#forget(outcome);
        answers.set(outcome, "retrying");
        continue;
      }
      if (outcome.follow !== undefined && outcome.follow.length > 0) await this.#parts.runs.add(outcome.follow);
      await this.#keepFailure(one, outcome);
      answers.set(outcome, "done");
      // Else it is acknowledged when its result is where somebody looks for it.
      if (outcome.report !== true) ended.push(one);
    }
    await this.#acknowledge(ended);
  }

  /** Its row waits for it from here on. */
  async #keep(one: Held, availableAt: Instant, retries: number): Promise<void> {
    const { runs, clock } = this.#parts;
    const { processId, claim, attempt, lost, suspect, unrecorded, startedAt, ...sent } = one.run;
    const now = clock.now();
    const run = { ...sent, availableAt: Math.max(availableAt, now + 1) };
    const { durable } = await runs.accept({ processId, now, messages: [{ run, retries, isRecorded: false }] });
    await durable;
    await one.subscription.acknowledge([one.delivery]);
  }

  async #keepFailure({ run, logs }: Held, outcome: Extract<Outcome, { kind: "final" }>): Promise<void> {
    if (run.options.record !== "failures" || outcome.state === "succeeded") return;
    const { archive, logs: store, worker } = this.#parts;
    const { processId, claim, lost, suspect, unrecorded, startedAt, retries, ...sent } = run;
    const { state, endedAt, result, error, attempt } = outcome;
    await archive.add([
      {
        ...sent,
        ...{ state, endedAt, attempt, worker },
        startedAt: outcome.startedAt,
        ...(result !== undefined && { result }),
        ...(error !== undefined && { error }),
      },
    ]);
    if (logs.length > 0) await store.append(logs.splice(0));
  }

  async #reported(ids: readonly string[]): Promise<void> {
    if (this.#held.size === 0) return this.#parts.runs.reported(ids);
    const told = new Set(ids);
    const ended: Held[] = [];
    for (const one of this.#held.values()) if (told.has(one.run.id)) ended.push(one);
    await this.#acknowledge(ended);
    for (const { run } of ended) told.delete(run.id);
    if (told.size > 0) await this.#parts.runs.reported([...told]);
  }

  async #acknowledge(ended: readonly Held[]): Promise<void> {
    for (const [subscription, ones] of Map.groupBy(ended, (one) => one.subscription)) {
      await subscription.acknowledge(ones.map(({ delivery }) => delivery));
      for (const { run } of ones) this.#forget(run);
    }
  }

  async #append(written: readonly LogPart[]): Promise<void> {
    const { logs } = this.#parts;
    if (this.#held.size === 0) return logs.append(written);
    const byId = new Map([...this.#held.values()].map((one) => [one.run.id, one]));
    const stored = written.filter(({ runId }) => !byId.has(runId));
    for (const part of written) {
      const one = byId.get(part.runId);
      if (one?.run.options.record !== "failures") continue;
      const size = one.logs.reduce((sum, { text }) => sum + text.length, 0);
      if (size < MOST_LOG) one.logs.push(part);
    }
    if (stored.length > 0) await logs.append(stored);
  }

  #renewLater(): void {
    this.#isRenewing = true;
    this.#parts.clock.after(RENEW_EVERY_MS, () => {
      void this.#renew().finally(() => {
        if (this.#held.size > 0) this.#renewLater();
        else this.#isRenewing = false;
      });
    });
  }

  async #renew(): Promise<void> {
    for (const [subscription, ones] of Map.groupBy(this.#held.values(), (one) => one.subscription)) {
      try {
        const lost = await subscription.renew(ones.map(({ delivery }) => delivery));
        const tags = new Set(lost.map(({ tag }) => tag));
        for (const one of ones) if (tags.has(one.delivery.tag)) one.isLost = true;
      } catch {
        // A broker that is away cannot hand them to others either; it is asked again.
      }
    }
  }

  /** Resolves when nothing that came over this subscription is executed any more. */
  async untilIdle(subscription: Subscription): Promise<void> {
    const isBusy = () => [...this.#held.values()].some((one) => one.subscription === subscription);
    while (isBusy()) {
      await new Promise<void>((resolve) => {
        this.#ended = resolve;
      });
    }
  }

  #forget({ claim }: Claim): void {
    this.#held.delete(claim);
    this.#ended();
  }
}
