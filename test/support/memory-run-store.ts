import type { Instant } from "../../src/base/clock.ts";
import { freeSlot, type LockState, placed } from "../../src/firing/run-lock.ts";
import { FARTHEST_LEASE_MS } from "../../src/run/lease-doubts.ts";
import { leavesNothing, leftOf } from "../../src/run/record-rule.ts";
import type { Attempt, FinalState, LiveState, NewRun, Run, RunError } from "../../src/run/run.ts";
import { ABANDON_AFTER_MS, LOST_ATTEMPTS_LIMIT } from "../../src/run/run-options.ts";
import {
  type AddAnswer,
  type Claim,
  type ClaimedRun,
  DOUBT_MS,
  type HeldClaim,
  type Outcome,
  type RunStore,
  type SweepReport,
} from "../../src/run/run-store.ts";
import type { UniqueAnswer, UniqueRun } from "../../src/run/unique-run.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A run that is not finished, with what only the store knows of it. */
interface LiveRun {
  readonly sent: NewRun;
  readonly seq: number;
  state: LiveState;
  /** Of its lock. */
  slot: string | undefined;
  processId: number | undefined;
  claim: number;
  attempt: number;
  retries: number;
  /** Attempts that were begun and ended with their worker. */
  lost: number;
  suspect: boolean;
  availableAt: Instant;
  startedAt: Instant | undefined;
  attemptStartedAt: Instant | undefined;
  progress: Run["progress"];
  cancelRequested: { readonly at: Instant; readonly by: string } | undefined;
}

interface Process {
  readonly name: string;
  leaseUntil: Instant;
  doubtedSince?: Instant | undefined;
}

/** {@link RunStore} in plain objects, one step after the other: what the databases' adapters do, without the database. */
export class MemoryRunStore implements RunStore {
  readonly processes = new Map<number, Process>();
  readonly attempts = new Map<string, (Attempt & { readonly claim: number })[]>();
  /** Of processes that are gone as well. */
  readonly #names = new Map<number, string>();
  readonly #live = new Map<string, LiveRun>();
  readonly #done = new Map<string, Run>();
  readonly #unique = new Map<string, { readonly id: string; readonly until: number | null }>();
  /** By priority, each in the order of sending. */
  readonly #ready: LiveRun[][] = Array.from({ length: 10 }, () => []);
  readonly #tell: () => void;
  #seq = 0;

  constructor(tell: () => void = () => {}) {
    this.#tell = tell;
  }

  async add(runs: readonly NewRun[]) {
    const answers = runs.map((run) => this.#addOne(run));
    this.#tell();
    return answers;
  }

  async addUnique(run: NewRun, { key, forMs }: UniqueRun): Promise<UniqueAnswer> {
    const standing = this.#unique.get(key);
    if (standing !== undefined) {
      const { id, until } = standing;
      const isThere = this.#live.has(id) || (until !== null && this.#done.has(id));
      if (isThere && (until === null || until > run.queuedAt)) return { id, isNew: false };
    }
    const answer = this.#addOne(run);
    if (answer === "exists" || answer === "locked") return { id: run.id, isNew: false };
    this.#unique.set(key, { id: run.id, until: forMs === null ? null : run.queuedAt + forMs });
    this.#tell();
    return { id: run.id, isNew: true };
  }

  #addOne(sent: NewRun): AddAnswer {
    if (this.#live.has(sent.id) || this.#done.has(sent.id)) return "exists";
    if (sent.lock === undefined) {
      this.#keep(sent, undefined);
      return "added";
    }
    const placement = placed(sent.lock, this.#lockState(sent.lock.key));
    if (placement.kind === "locked") return "locked";
    const error = { name: "Replaced", message: `run ${sent.id} took its place` };
    const stop = (id: string) => this.#cancelOne(id, { by: "hyoshi", now: sent.queuedAt, error });
    if (placement.kind === "slot") {
      if (placement.instead !== undefined) stop(placement.instead);
      this.#keep(sent, placement.slot);
      return "added";
    }
    placement.drop.forEach(stop);
    const run = this.#keep(sent, null);
    placement.stop.forEach(stop);
    return run.state === "held" ? "held" : "added";
  }

  async lockState(key: string): Promise<LockState> {
    return this.#lockState(key);
  }

  #lockState(key: string): LockState {
    const runs = [...this.#live.values()].filter(({ sent }) => sent.lock?.key === key);
    return {
      holders: runs.flatMap(({ sent, slot, state, cancelRequested }) =>
        slot === undefined
          ? []
          : { id: sent.id, slot, isExecuted: state === "running", isStopping: cancelRequested !== undefined },
      ),
      waiting: runs.filter(({ state }) => state === "held").map(({ sent }) => sent.id),
    };
  }

  /** Gives free slots to those that wait, the first first. */
  #releaseHeld(key: string, now: Instant): number {
    let released = 0;
    for (const id of this.#lockState(key).waiting) {
      const run = this.#live.get(id);
      const slot = freeSlot(key, run?.sent.lock?.limit ?? 1, this.#lockState(key).holders);
      if (run === undefined || slot === undefined) continue;
      if (isExpired(run, now)) {
        this.#end(run, "expired", now, { error: { name: "Expired", message: "it had not begun when it expired" } });
        continue;
      }
      run.slot = slot;
      run.state = "scheduled";
      if (run.availableAt <= now) this.#makeReady(run);
      released += 1;
    }
    return released;
  }

  /** @param slot null: it waits for one */
  #keep(sent: NewRun, slot: string | undefined | null): LiveRun {
    const run: LiveRun = {
      sent,
      seq: this.#seq++,
      state: slot === null ? "held" : "scheduled",
      slot: slot ?? undefined,
      processId: undefined,
      claim: 0,
      attempt: 0,
      retries: 0,
      lost: 0,
      suspect: false,
      availableAt: sent.availableAt,
      startedAt: undefined,
      attemptStartedAt: undefined,
      progress: undefined,
      cancelRequested: undefined,
    };
    this.#live.set(sent.id, run);
    if (run.state === "scheduled" && sent.availableAt <= sent.queuedAt) this.#makeReady(run);
    return run;
  }

  #makeReady(run: LiveRun): void {
    run.state = "ready";
    run.processId = undefined;
    run.attemptStartedAt = undefined;
    const line = this.#ready[run.sent.priority] ?? [];
    line.push(run);
    if ((line.at(-2)?.seq ?? -1) > run.seq) line.sort((a, b) => a.seq - b.seq);
  }

  #leaveLine(run: LiveRun): void {
    const line = this.#ready[run.sent.priority];
    if (run.state === "ready") line?.splice(line.indexOf(run), 1);
  }

  async claim(request: { processId: number; queues: readonly string[]; limit: number; now: Instant }) {
    const claimed: ClaimedRun[] = [];
    for (const line of this.#ready.toReversed()) {
      for (let at = 0; at < line.length && claimed.length < request.limit; ) {
        const run = line[at];
        if (run === undefined || !request.queues.includes(run.sent.queue) || isExpired(run, request.now)) {
          at += 1;
          continue;
        }
        line.splice(at, 1);
        run.state = "running";
        run.processId = request.processId;
        run.claim += 1;
        this.#names.set(request.processId, this.processes.get(request.processId)?.name ?? "");
        const { lock, ...sent } = run.sent;
        const leaves = leftOf(sent);
        claimed.push({
          ...sent,
          availableAt: run.availableAt,
          processId: request.processId,
          claim: run.claim,
          attempt: run.attempt + 1,
          retries: run.retries,
          lost: run.lost,
          suspect: run.suspect,
          ...(leaves !== undefined && { leaves }),
          ...(run.startedAt !== undefined ? { startedAt: run.startedAt } : {}),
        });
      }
    }
    return claimed;
  }

  #held({ id, claim }: Claim): LiveRun | undefined {
    const run = this.#live.get(id);
    return run?.state === "running" && run.claim === claim ? run : undefined;
  }

  async begin(claims: readonly HeldClaim[], now: Instant) {
    return claims.map((claim) => {
      const run = this.#held(claim);
      if (run === undefined || run.processId !== claim.processId) return false;
      if (run.attemptStartedAt !== undefined) return true;
      run.attempt += 1;
      run.attemptStartedAt = now;
      run.startedAt ??= now;
      return true;
    });
  }

  async finish(outcomes: readonly Outcome[]) {
    const answers = outcomes.map((outcome) => this.#finishOne(outcome));
    this.#tell();
    return answers;
  }

  async endWaiting(outcome: Extract<Outcome, { kind: "final" }>): Promise<"done" | "fenced"> {
    const run = this.#live.get(outcome.id);
    if (run === undefined || run.state !== "scheduled" || run.claim !== outcome.claim) return "fenced";
    const { state, endedAt, result, error, follow = [] } = { result: undefined, error: undefined, ...outcome };
    this.#end(run, state, endedAt, { result, error });
    for (const next of follow) this.#addOne(next);
    this.#tell();
    return "done";
  }

  #finishOne(outcome: Outcome): "done" | "retrying" | "fenced" {
    const run = this.#held(outcome);
    if (run === undefined) {
      const isUnkept = outcome.kind === "final" && outcome.unkept === true;
      if (isUnkept && !this.#live.has(outcome.id)) return "fenced";
      this.#keepAttempt(outcome, this.#live.get(outcome.id)?.processId, { ...attemptOf(outcome), outcome: "late" });
      return "fenced";
    }
    if (outcome.kind === "final" || run.cancelRequested !== undefined) {
      run.attempt = outcome.attempt;
      run.attemptStartedAt = outcome.startedAt;
      const { result, error } = { result: undefined, ...outcome };
      const state = outcome.kind === "final" ? outcome.state : "cancelled";
      this.#end(run, state, outcome.endedAt, { result, error });
      if (outcome.kind === "final") for (const next of outcome.follow ?? []) this.#addOne(next);
      if (state === "cancelled") this.#cancelOne(outcome.id, { by: "the run that sent it", now: outcome.endedAt });
      return "done";
    }
    this.#keepAttempt(outcome, run.processId, { ...attemptOf(outcome), outcome: outcome.lost ? "lost" : "retried" });
    run.state = "scheduled";
    run.processId = undefined;
    run.availableAt = outcome.availableAt;
    if (outcome.lost) run.lost += 1;
    else if (!outcome.handedBack) run.retries += 1;
    run.attempt = outcome.attempt;
    run.startedAt ??= outcome.startedAt;
    run.attemptStartedAt = undefined;
    run.suspect = false;
    run.progress = undefined;
    return "retrying";
  }

  #keepAttempt({ id, claim }: Claim, processId: number | undefined, attempt: Attempt): void {
    const worker = this.#nameOf(processId);
    const kept = this.attempts.get(id) ?? [];
    const earlier = kept.find((other) => other.number === attempt.number && other.claim === claim);
    const named = worker !== undefined ? { worker } : {};
    const others = kept.filter((other) => other !== earlier);
    this.attempts.set(id, [...others, { ...named, ...earlier, ...attempt, claim }]);
  }

  #nameOf(processId: number | undefined): string | undefined {
    return this.#names.get(processId ?? -1) || undefined;
  }

  #end(
    run: LiveRun,
    state: FinalState,
    endedAt: Instant,
    rest: { result?: Run["result"]; error?: RunError | undefined },
  ) {
    this.#leaveLine(run);
    this.#live.delete(run.sent.id);
    if (run.slot !== undefined && run.sent.lock !== undefined) this.#releaseHeld(run.sent.lock.key, endedAt);
    if (leavesNothing(leftOf(run.sent), state)) {
      this.attempts.delete(run.sent.id);
      return;
    }
    const worker = this.#nameOf(run.processId);
    const done: Mutable<Run> = { ...this.#shown(run), state, endedAt };
    delete done.processId;
    delete done.cancelRequestedAt;
    if (worker !== undefined) done.worker = worker;
    if (run.startedAt === undefined && run.attemptStartedAt !== undefined) done.startedAt = run.attemptStartedAt;
    if (rest.result !== undefined) done.result = rest.result;
    if (rest.error !== undefined) done.error = rest.error;
    this.#done.set(run.sent.id, done);
  }

  async giveBack(claims: readonly Claim[], notBefore?: Instant): Promise<void> {
    for (const claim of claims) {
      const run = this.#held(claim);
      if (run === undefined || run.attemptStartedAt !== undefined) continue;
      if (run.cancelRequested !== undefined) this.#endCancelled(run);
      else if (notBefore === undefined) this.#makeReady(run);
      else Object.assign(run, { state: "scheduled", processId: undefined, availableAt: notBefore });
    }
    this.#tell();
  }

  #endCancelled(run: LiveRun, error?: RunError): void {
    const { at, by } = run.cancelRequested ?? { at: run.sent.queuedAt, by: "nobody" };
    this.#end(run, "cancelled", at, { error: error ?? { name: "Cancelled", message: `cancelled by ${by}` } });
  }

  async progress(claim: Claim, progress: NonNullable<Run["progress"]>): Promise<void> {
    const run = this.#held(claim);
    if (run !== undefined) run.progress = progress;
    this.#tell();
  }

  async cancel(request: { ids: readonly string[]; by: string; now: Instant; force?: boolean }) {
    const answers = request.ids.map((id) => this.#cancelOne(id, request));
    this.#tell();
    return answers;
  }

  #cancelOne(
    id: string,
    { by, now, force, error }: { by: string; now: Instant; force?: boolean; error?: RunError },
  ): Run["state"] | "unknown" {
    const run = this.#live.get(id);
    if (run !== undefined) {
      run.cancelRequested ??= { at: now, by };
      if (run.state !== "running") this.#endCancelled(run, error);
      else if (force) {
        if (run.attemptStartedAt === undefined) run.attempt += 1;
        const message = `ended by force by ${by}; its worker may still be executing it`;
        this.#end(run, "cancelled", now, { error: { name: "Terminated", message } });
      }
    }
    for (const child of [...this.#live.values()]) {
      if (child.sent.parentId !== id || child.sent.options.detached) continue;
      this.#cancelOne(child.sent.id, { by, now, ...(force ? { force } : {}) });
    }
    return run === undefined ? (this.#done.get(id)?.state ?? "unknown") : this.#live.has(id) ? run.state : "cancelled";
  }

  async cancelled(processId: number, claims: readonly Claim[]) {
    return claims.filter((claim) => {
      const run = this.#held(claim);
      return run?.processId !== processId || run.cancelRequested !== undefined;
    });
  }

  async sweep(now: Instant): Promise<SweepReport> {
    const report: Mutable<SweepReport> = { released: 0, becameReady: 0, expired: 0, lost: 0 };
    for (const [id, process] of this.processes) if (isDead(process, now)) this.processes.delete(id);
    for (const run of [...this.#live.values()]) {
      if (run.state !== "running" && isExpired(run, now)) {
        const error = { name: "Expired", message: "it had not begun when it expired" };
        this.#end(run, "expired", now, { error });
        report.expired += 1;
      } else if (run.state === "scheduled" && run.availableAt <= now) {
        this.#makeReady(run);
        report.becameReady += 1;
      } else if (run.state === "running" && !this.processes.has(run.processId ?? -1)) {
        report[this.#takeFromDead(run, now)] += 1;
      } else if (run.state === "running" && isAbandoned(run, now)) {
        this.#end(run, "lost", now, { error: { name: "Abandoned", message: "it had been executing for too long" } });
        report.lost += 1;
      }
    }
    const waitedFor = [...this.#live.values()].flatMap(({ state, sent }) =>
      state === "held" ? (sent.lock?.key ?? []) : [],
    );
    for (const key of new Set(waitedFor)) report.becameReady += this.#releaseHeld(key, now);
    if (report.released + report.becameReady + report.expired + report.lost > 0) this.#tell();
    return report;
  }

  #takeFromDead(run: LiveRun, now: Instant): "released" | "lost" {
    const isBegun = run.attemptStartedAt !== undefined;
    const error = { name: "WorkerLost", message: "its worker died or lost its lease" };
    if (isBegun) {
      run.lost += 1;
      this.#keepAttempt({ id: run.sent.id, claim: run.claim }, run.processId, {
        number: run.attempt,
        endedAt: now,
        outcome: "lost",
        error,
        ...(run.attemptStartedAt !== undefined ? { startedAt: run.attemptStartedAt } : {}),
      });
    }
    if (run.cancelRequested !== undefined) {
      this.#endCancelled(run);
      return "released";
    }
    if (isBegun && (run.sent.options.onLost === "fail" || run.lost >= LOST_ATTEMPTS_LIMIT)) {
      this.#end(run, "lost", now, { error });
      return "lost";
    }
    // Nobody knows whether a reserved run had begun: it is executed alone, and its beginning noted first.
    run.suspect = !isBegun;
    run.progress = undefined;
    this.#makeReady(run);
    return "released";
  }

  async nextScheduledAt() {
    const waiting = [...this.#live.values()].filter(({ state }) => state === "scheduled");
    return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ availableAt }) => availableAt));
  }

  async find(id: string) {
    const live = this.#live.get(id);
    return live === undefined ? this.#done.get(id) : this.#shown(live);
  }

  #shown(run: LiveRun): Run {
    const { sent, state, claim, attempt, retries, availableAt, processId, startedAt, attemptStartedAt, progress } = run;
    const shown: Mutable<Run> = { ...sent, state, claim, attempt, retries, availableAt };
    if (processId !== undefined) shown.processId = processId;
    const worker = this.processes.get(processId ?? -1)?.name;
    if (worker !== undefined) shown.worker = worker;
    if (startedAt !== undefined) shown.startedAt = startedAt;
    if (attemptStartedAt !== undefined) shown.attemptStartedAt = attemptStartedAt;
    if (progress !== undefined) shown.progress = progress;
    if (run.cancelRequested !== undefined) shown.cancelRequestedAt = run.cancelRequested.at;
    return shown;
  }
}

function isExpired({ sent, startedAt }: LiveRun, now: Instant): boolean {
  return startedAt === undefined && sent.expiresAt !== undefined && sent.expiresAt <= now;
}

function isAbandoned({ sent, attemptStartedAt }: LiveRun, now: Instant): boolean {
  if (attemptStartedAt === undefined) return false;
  const { abandonAfterMs } = sent.options;
  if (abandonAfterMs !== undefined) return attemptStartedAt + abandonAfterMs <= now;
  return attemptStartedAt < now - ABANDON_AFTER_MS;
}

/** A process that left has no lease at all; one whose lease has ended has a moment left to renew it. */
function isDead(process: Process, now: Instant): boolean {
  // A lease without an end is a test's own; any other that reaches too far is a wrong clock's.
  const endless = process.leaseUntil === Number.POSITIVE_INFINITY;
  const held = process.leaseUntil >= now && process.leaseUntil <= now + FARTHEST_LEASE_MS;
  if (endless || held) process.doubtedSince = undefined;
  else process.doubtedSince ??= now;
  return process.leaseUntil === 0 || now - (process.doubtedSince ?? now) >= DOUBT_MS;
}

function attemptOf({ attempt, startedAt, endedAt, error }: Outcome): Omit<Attempt, "outcome"> {
  return { number: attempt, startedAt, endedAt, ...(error !== undefined ? { error } : {}) };
}
