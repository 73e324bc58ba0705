import type { Instant } from "../../../src/base/clock.ts";
import type { Json } from "../../../src/base/json.ts";
import type { RunLock } from "../../../src/firing/run-lock.ts";
import type { Attempt, NewRun, Run, RunError } from "../../../src/run/run.ts";
import type { ClaimedRun, Outcome, RunStore } from "../../../src/run/run-store.ts";

/** A run store and what surrounds it in its database. */
export interface RunBench {
  readonly runs: RunStore;
  /** The same runs as another process sees them. */
  readonly other: RunStore;
  /** Registers a process. Answers its id. */
  addProcess(name: string, leaseUntil: Instant): Promise<number>;
  /** 0: the process left. */
  setLease(processId: number, leaseUntil: Instant): Promise<void>;
  attempts(runId: string): Promise<readonly Attempt[]>;
  /** What the row of a periodic task's last outcome says; absent where a store keeps none. */
  readonly outcomeOf?: (periodicTaskId: number) => Promise<PeriodicTaskOutcome | undefined>;
  close(): Promise<void>;
}

export interface PeriodicTaskOutcome {
  readonly runId: string;
  readonly state: string;
  readonly durationMs: number | null;
  readonly succeededAt: Instant | null;
  readonly failedInARow: number;
}

export const start: Instant = Date.UTC(2027, 0, 1);
export const second = 1_000;
/** The lease of the processes of {@link Cases}. */
export const leaseUntil: Instant = start + 10 * second;

export function newRun(id: string, changes: Partial<NewRun> = {}): NewRun {
  return {
    id,
    task: "tapp_a.hello",
    payload: { input: { a: 1 } },
    queue: "default",
    priority: 5,
    options: {},
    origin: { kind: "api" },
    availableAt: start,
    queuedAt: start,
    ...changes,
  };
}

/** An overlap rule: default, no second unfinished run. */
export function lockOf(key: string, changes: Partial<RunLock> = {}): RunLock {
  return { key, rule: "skip", limit: 1, queue: 1, ...changes };
}

/** What the cases of every operation do with a bench. */
export class Cases {
  readonly bench: RunBench;
  /** A worker with a lease. */
  readonly worker: number;

  private constructor(bench: RunBench, worker: number) {
    this.bench = bench;
    this.worker = worker;
  }

  static async open(open: () => Promise<RunBench>): Promise<Cases> {
    const bench = await open();
    return new Cases(bench, await bench.addProcess("worker-1", leaseUntil));
  }

  get runs(): RunStore {
    return this.bench.runs;
  }

  async add(...runs: readonly NewRun[]): Promise<void> {
    await this.runs.add(runs);
  }

  claim(limit = 100, { queues = ["default"], now = start, processId = this.worker, runs = this.runs } = {}) {
    return runs.claim({ processId, queues, limit, now });
  }

  /** Adds a run and claims it. */
  async claimed(id: string, changes: Partial<NewRun> = {}): Promise<ClaimedRun> {
    await this.add(newRun(id, changes));
    return this.claimedAgain(id);
  }

  /** Claims a run that is ready. */
  async claimedAgain(id: string, now: Instant = start, processId = this.worker): Promise<ClaimedRun> {
    const [run] = await this.claim(1, { now, processId });
    if (run?.id !== id) throw new Error(`expected to claim '${id}', and claimed ${run?.id ?? "nothing"}`);
    return run;
  }

  /** Adds a run, claims it and begins it. */
  async begun(id: string, changes: Partial<NewRun> = {}): Promise<ClaimedRun> {
    const run = await this.claimed(id, changes);
    await this.runs.begin([run], start + second);
    return run;
  }

  async find(id: string): Promise<Run> {
    const run = await this.runs.find(id);
    if (run === undefined) throw new Error(`there is no run '${id}'`);
    return run;
  }

  async state(id: string): Promise<string> {
    return (await this.find(id)).state;
  }
}

const times = { startedAt: start + second, endedAt: start + 3 * second };

export function succeeded(
  { id, claim, attempt }: ClaimedRun,
  result: Json = null,
): Extract<Outcome, { kind: "final" }> {
  return { id, claim, attempt, ...times, kind: "final", state: "succeeded", result };
}

export const oops: RunError = { name: "Error", message: "oops", stack: "Error: oops\n    at tasks.ts:1:1" };

export function failed({ id, claim, attempt }: ClaimedRun): Outcome {
  return { id, claim, attempt, ...times, kind: "final", state: "failed", error: oops };
}

export function retry({ id, claim, attempt }: ClaimedRun, availableAt = start + 60 * second): Outcome {
  return { id, claim, attempt, ...times, kind: "retry", availableAt, error: oops };
}
