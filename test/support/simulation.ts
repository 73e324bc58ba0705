import type { Instant } from "../../src/base/clock.ts";
import { LedgerAudit } from "../../src/catalog/ledger-audit.ts";
import type { SqliteConnection } from "../../src/database/sqlite/open-sqlite.ts";
import { cachedCompile } from "../../src/firing/compile-cache.ts";
import { decide } from "../../src/firing/decide.ts";
import type { ClockJump } from "../../src/firing/judge.ts";
import { compilePlan } from "../../src/firing/schedule-plan.ts";
import type { PeriodicTaskStore } from "../../src/ledger/periodic-task-store.ts";
import { SqlAuditReader } from "../../src/ledger/sql/sql-audit-reader.ts";
import { SqlPeriodicTaskStore } from "../../src/ledger/sql/sql-periodic-task-store.ts";
import { SqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import type { ClaimedRun, RunStore } from "../../src/run/run-store.ts";
import { SqliteRunStore } from "../../src/run/sqlite/sqlite-run-store.ts";
import { CrashPoint, crashingConnection, crashingPlugin, SimulatedCrash } from "./crashes.ts";
import type { TestDatabase } from "./database.ts";
import { FakeClock } from "./fake-clock.ts";

/** How a task of the simulation goes. */
export interface SimulatedTask {
  readonly durationMs: number;
  readonly fails?: boolean;
  /** It does not end before its time when it is to stop. */
  readonly isStubborn?: boolean;
}

interface Execution {
  readonly run: ClaimedRun;
  readonly endsAt: Instant;
}

export const by = { name: "ops" };
const QUEUES = ["default"];
const MOST_ROUNDS = 10_000;

/**
 * Beats and a worker in this process, on a real database and a clock that is set: nothing happens by itself. Each of them may die before any of its
 * statements, and begins anew then.
 */
export class Simulation {
  readonly clock: FakeClock;
  readonly crash = new CrashPoint();
  readonly compile = cachedCompile(compilePlan);
  readonly #database: TestDatabase;
  readonly #connection: SqliteConnection;
  readonly #taskOf: (name: string) => SimulatedTask;
  ledger: SqliteLedger;
  runs: RunStore;
  periodicTasks: PeriodicTaskStore;
  /** What a clock has left out, for the beats that noticed. */
  jump: ClockJump | undefined;
  #uids = 0;
  #process = 0;
  #executing: Execution[] = [];
  crashes = 0;

  constructor(database: TestDatabase, start: Instant, taskOf: (name: string) => SimulatedTask) {
    this.clock = new FakeClock(start);
    this.#database = database;
    this.#connection = crashingConnection(database.hot, this.crash);
    this.#taskOf = taskOf;
    this.ledger = new SqliteLedger(this.#connection, () => {}, this.clock);
    this.runs = new SqliteRunStore(this.#connection);
    this.periodicTasks = this.#store();
    this.#startWorker();
  }

  get now(): Instant {
    return this.clock.now();
  }

  #store(): PeriodicTaskStore {
    const db = this.#database.db.withPlugin(crashingPlugin(this.crash));
    return new SqlPeriodicTaskStore({ db, uid: () => `uid-${++this.#uids}` });
  }

  /** Does something that may die; answers whether it did. What it held in memory is gone then. */
  async dying(statements: number, work: () => Promise<unknown>): Promise<boolean> {
    this.crash.arm(statements);
    try {
      await work();
      return false;
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      this.crashes += 1;
      this.ledger = new SqliteLedger(this.#connection, () => {}, this.clock);
      this.runs = new SqliteRunStore(this.#connection);
      return true;
    } finally {
      this.crash.disarm();
    }
  }

  /** Everything that is due now, batch by batch. */
  async fire(limit = 100): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const nextAt = await this.ledger.nextWakeAt();
      if (nextAt === undefined || nextAt > this.now) return;
      await this.ledger.fireDue({
        now: this.now,
        limit,
        decide: (due, now) => decide(due, now, this.compile, this.jump),
      });
    }
    throw new Error("something is always due");
  }

  async fireOnly(periodicTaskId: number): Promise<void> {
    const request = { now: this.now, limit: 100, periodicTaskId };
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const { drained } = await this.ledger.fireDue({
        ...request,
        decide: (due, now) => decide(due, now, this.compile, this.jump),
      });
      if (drained) return;
    }
  }

  /** What a beat does when a clock was ahead. */
  async withdraw(): Promise<void> {
    for (let after = 0; ; ) {
      const { at } = await this.ledger.withdraw({ now: this.now, after, limit: 50, compile: this.compile });
      if (at === 0) return;
      after = at;
    }
  }

  /** The worker ends what has lasted long enough, and takes and begins what waits. */
  async work(limit = 100): Promise<void> {
    this.#database.hot.prepare("update process set lease_until = ? where id = ?").run(this.now + 10_000, this.#process);
    await this.runs.sweep(this.now);
    const ended = this.#executing.filter(({ endsAt }) => endsAt <= this.now);
    const cancelled = await this.runs.cancelled(
      this.#process,
      this.#executing.map(({ run }) => run),
    );
    const isStubborn = (id: string) => {
      const task = this.#executing.find(({ run }) => run.id === id)?.run.task;
      return task !== undefined && this.#taskOf(task).isStubborn === true;
    };
    const stopped = new Set(cancelled.flatMap(({ id }) => (isStubborn(id) ? [] : id)));
    const outcomes = this.#executing
      .filter((execution) => ended.includes(execution) || stopped.has(execution.run.id))
      .map(({ run }) => {
        const { id, claim, attempt } = run;
        const state = stopped.has(id) ? "cancelled" : this.#taskOf(run.task).fails ? "failed" : "succeeded";
        const times = { startedAt: Math.min(run.availableAt, this.now), endedAt: this.now };
        return {
          kind: "final" as const,
          state: state as "cancelled" | "failed" | "succeeded",
          id,
          claim,
          attempt,
          ...times,
        };
      });
    const over = new Set(outcomes.map(({ id }) => id));
    this.#executing = this.#executing.filter(({ run }) => !over.has(run.id));
    if (outcomes.length > 0) await this.runs.finish(outcomes);
    const claims = await this.runs.claim({ processId: this.#process, queues: QUEUES, limit, now: this.now });
    await this.runs.begin(claims, this.now);
    for (const run of claims) {
      this.#executing.push({ run, endsAt: this.now + this.#taskOf(run.task).durationMs });
    }
  }

  /** The worker dies with everything that it executes, and another one begins. */
  killWorker(): void {
    this.#database.hot.prepare("update process set lease_until = 0 where id = ?").run(this.#process);
    this.#executing = [];
    this.#startWorker();
  }

  #startWorker(): void {
    const { lastInsertRowid } = this.#database.hot
      .prepare(`insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ('worker', 'w', 'here', 1, ?, ?, 0, '{}')`)
      .run(this.now, this.now + 10_000);
    this.#process = Number(lastInsertRowid);
  }

  query<Row>(sql: string, ...values: unknown[]): Row[] {
    const statement = this.#database.hot.prepare<unknown[], Row>(sql);
    if (statement.reader) return statement.all(...values);
    statement.run(...values);
    return [];
  }

  /** Lets everything that was sent end. */
  async drain(): Promise<void> {
    const unfinished = () => this.query<{ n: number }>("select count(*) as n from run_live")[0]?.n ?? 0;
    for (let round = 0; unfinished() > 0; round += 1) {
      if (round > 2_000) throw new Error(`${unfinished()} runs never end`);
      // What a clock far ahead has begun ends far ahead.
      this.clock.jump(round < 200 ? 60_000 : 3_600_000);
      await this.work();
    }
  }

  /** What the product's own audit finds, in words. */
  async audit(): Promise<string[]> {
    const audit = new LedgerAudit({
      reader: new SqlAuditReader(this.#database.db),
      clock: this.clock,
      compile: this.compile,
      tzVersion: process.versions.tz ?? "unknown",
      retained: { runsMs: Number.MAX_SAFE_INTEGER, ledgerMs: Number.MAX_SAFE_INTEGER },
    });
    const { findings } = await audit.run();
    return findings.map(
      ({ scheduleId, at, text }) => `schedule ${scheduleId} at ${new Date(at).toISOString()}: ${text}`,
    );
  }
}
