import type { Instant } from "../../../src/base/clock.ts";
import { decide } from "../../../src/firing/decide.ts";
import { compilePlan } from "../../../src/firing/schedule-plan.ts";
import type { FireReport, Ledger } from "../../../src/ledger/ledger.ts";
import type {
  PeriodicTask,
  PeriodicTaskDraft,
  PeriodicTaskOptions,
  PeriodicTaskStore,
  ScheduleDraft,
} from "../../../src/ledger/periodic-task-store.ts";
import type { ClaimedRun, RunStore } from "../../../src/run/run-store.ts";

export interface LedgerBench {
  readonly ledger: Ledger;
  readonly periodicTasks: PeriodicTaskStore;
  readonly runs: RunStore;
  /** Runs one statement, to look at tables and to put nonsense into them. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export const start: Instant = Date.UTC(2027, 0, 1);
export const second = 1_000;
export const minute = 60 * second;

export const everySecond: ScheduleDraft = {
  name: "",
  definition: { kind: "interval", every: 1, period: "seconds" },
  zone: "UTC",
  input: null,
  misfire: "latest",
  enabled: true,
};

export const everyMinute: ScheduleDraft = {
  ...everySecond,
  definition: { kind: "interval", every: 1, period: "minutes" },
};

export function draft(name: string, changes: Partial<PeriodicTaskDraft> = {}): PeriodicTaskDraft {
  return {
    name,
    task: "tapp_a.hello",
    payload: { input: { a: 1 } },
    queue: null,
    priority: null,
    options: { overlap: "allow" },
    tags: [],
    ownerId: null,
    description: "",
    enabled: true,
    schedules: [everySecond],
    ...changes,
  };
}

/** What the cases do with a bench. Times are milliseconds after {@link start}. */
export class LedgerCases {
  readonly bench: LedgerBench;

  constructor(bench: LedgerBench) {
    this.bench = bench;
  }

  at(ms: number) {
    return { now: start + ms, by: { name: "ops" } };
  }

  create(text: PeriodicTaskDraft): Promise<PeriodicTask> {
    return this.bench.periodicTasks.create(text, this.at(0));
  }

  /** A periodic task that fires each minute. */
  minutely(options: Partial<PeriodicTaskOptions> = {}, schedule: Partial<ScheduleDraft> = {}, tags: string[] = []) {
    const schedules = [{ ...everyMinute, ...schedule }];
    return this.create(draft("minutely", { options: { overlap: "allow", ...options }, schedules, tags }));
  }

  fire(ms: number, limit = 100): Promise<FireReport> {
    return this.bench.ledger.fireDue({ now: start + ms, limit, decide: (due, now) => decide(due, now, compilePlan) });
  }

  /** Fires until nothing more is due, and answers how often that took. */
  async fireAll(ms: number): Promise<number> {
    for (let calls = 1; ; calls += 1) if ((await this.fire(ms)).drained) return calls;
  }

  /** The ledger of a schedule: from, to, verdict and reason. */
  async rows(scheduleId = 1) {
    const all = await this.bench.query(`select * from firing where schedule_id = ${scheduleId} order by nominal_at`);
    return all.map((row) => [Number(row.nominal_at) - start, Number(row.through_at) - start, row.verdict, row.reason]);
  }

  async details(scheduleId = 1) {
    const all = await this.bench.query(
      `select detail from firing where schedule_id = ${scheduleId} order by nominal_at`,
    );
    return all.map(({ detail }) => (detail === null ? null : JSON.parse(String(detail))));
  }

  liveRuns() {
    return this.bench.query("select * from run_live order by seq");
  }

  async claimed(now = start): Promise<ClaimedRun> {
    const [run] = await this.bench.runs.claim({ processId: 1, queues: ["default"], limit: 1, now });
    if (run === undefined) throw new Error("nothing to claim");
    return run;
  }

  /** A worker takes the first run, and ends it. */
  async work(ms: number, state: "succeeded" | "failed" = "succeeded"): Promise<string> {
    const { id, claim, attempt } = await this.claimed(start + ms);
    const times = { startedAt: start + ms, endedAt: start + ms };
    const error = state === "failed" ? { error: { name: "Error", message: "oops" } } : {};
    await this.bench.runs.finish([{ kind: "final", state, id, claim, attempt, ...times, ...error }]);
    return id;
  }
}
