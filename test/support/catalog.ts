import type { Clock } from "../../src/base/clock.ts";
import { systemRandom, uuidv7 } from "../../src/base/random.ts";
import { LocalWake } from "../../src/base/wake.ts";
import { type Catalog, createCatalog } from "../../src/catalog/catalog.ts";
import type { CatalogParts } from "../../src/catalog/catalog-parts.ts";
import type { Announcement, ProcessInfo } from "../../src/control/process-registry.ts";
import { SqlProcessReader } from "../../src/control/sql/sql-process-reader.ts";
import { SqlTopicReader } from "../../src/control/sql/sql-topic-reader.ts";
import type { TopicReader } from "../../src/control/topic-reader.ts";
import { cachedCompile } from "../../src/firing/compile-cache.ts";
import { decide } from "../../src/firing/decide.ts";
import { compilePlan } from "../../src/firing/schedule-plan.ts";
import type { FireReport } from "../../src/ledger/ledger.ts";
import { PostgresLedger } from "../../src/ledger/postgres/postgres-ledger.ts";
import { SqlAuditReader } from "../../src/ledger/sql/sql-audit-reader.ts";
import { SqlCalendarStore } from "../../src/ledger/sql/sql-calendar-store.ts";
import { SqlFiringReader } from "../../src/ledger/sql/sql-firing-reader.ts";
import { SqlPauseStore } from "../../src/ledger/sql/sql-pause-store.ts";
import { SqlPeriodicTaskReader } from "../../src/ledger/sql/sql-periodic-task-reader.ts";
import { SqlPeriodicTaskStore } from "../../src/ledger/sql/sql-periodic-task-store.ts";
import { SqlPlanReader } from "../../src/ledger/sql/sql-plan-reader.ts";
import { SqlReplanner } from "../../src/ledger/sql/sql-replanner.ts";
import { SqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { PostgresLogStore } from "../../src/run/postgres/postgres-log-store.ts";
import { PostgresRunStore } from "../../src/run/postgres/postgres-run-store.ts";
import { SecretSeal } from "../../src/run/secret-seal.ts";
import { SqlDeadLetterStore } from "../../src/run/sql/sql-dead-letter-store.ts";
import { SqlHandledRuns } from "../../src/run/sql/sql-handled-runs.ts";
import { SqlRunArchive } from "../../src/run/sql/sql-run-archive.ts";
import { SqlRunReader } from "../../src/run/sql/sql-run-reader.ts";
import { SqliteLogStore } from "../../src/run/sqlite/sqlite-log-store.ts";
import { SqliteRunStore } from "../../src/run/sqlite/sqlite-run-store.ts";
import { shellPermissionOf } from "../../src/worker/shell/shell-settings.ts";
import type { AnyTestDatabase } from "./any-database.ts";

export interface TestCatalog {
  readonly catalog: Catalog;
  readonly parts: CatalogParts;
  readonly topics: TopicReader;
  readonly wake: LocalWake;
  /** Puts a process into the registry without the thread that would renew its lease; answers its id. */
  addProcess(process?: Partial<ProcessInfo> & { leaseMs?: number }): Promise<number>;
  announce(processId: number, task: Partial<Announcement> & { readonly task: string }): Promise<void>;
  /** Fires what is due now, as a beat would. */
  fire(): Promise<FireReport>;
}

/** The catalog on a real database. */
export function createTestCatalog(database: AnyTestDatabase, clock: Clock): TestCatalog {
  const { db, reader } = database;
  const wake = new LocalWake();
  const tell = () => wake.tell("database");
  const compile = cachedCompile(compilePlan);
  const tzVersion = process.versions.tz ?? "unknown";
  const parts: CatalogParts = {
    ...storesOn(database, tell, clock),
    periodicTasks: new SqlPeriodicTaskStore({ db, uid: () => uuidv7(clock.now(), systemRandom), tell }),
    pauses: new SqlPauseStore(db, tell),
    archive: new SqlRunArchive(db),
    handled: new SqlHandledRuns(db),
    deadLetters: new SqlDeadLetterStore(db, reader),
    calendars: new SqlCalendarStore({ db, uid: () => uuidv7(clock.now(), systemRandom), tell }),
    replanner: new SqlReplanner({ db, tzVersion, tell }),
    tzVersion,
    retained: { runsMs: 30 * 86_400_000, ledgerMs: 400 * 86_400_000 },
    readers: {
      periodicTasks: new SqlPeriodicTaskReader(reader),
      plans: new SqlPlanReader(reader),
      audit: new SqlAuditReader(reader),
      firings: new SqlFiringReader(reader),
      runs: new SqlRunReader(reader),
      processes: new SqlProcessReader(reader),
    },
    wake,
    clock,
    random: systemRandom,
    compile,
    timeZone: "Asia/Tokyo",
    defaultQueue: "default",
    secrets: new SecretSeal(async () => "the key of the tests"),
    permissionOf: (task) => shellPermissionOf(task, null),
  };
  return {
    catalog: createCatalog(parts),
    parts,
    topics: new SqlTopicReader(reader),
    wake,
    async addProcess({ kind = "worker", name = "w1", info = { queues: ["default"] }, leaseMs = 600_000 } = {}) {
      const now = clock.now();
      const row = { kind, name, host: "here", pid: 1, started_at: now, lease_until: now + leaseMs, loop_lag: 0 };
      const { id } = await db
        .insertInto("process")
        .values({ ...row, info: JSON.stringify(info) })
        .returning("id")
        .executeTakeFirstOrThrow();
      return id;
    },
    async announce(processId, task) {
      const announcement: Announcement = {
        app: "tapp_a",
        description: null,
        inputSchema: null,
        positional: null,
        queue: "default",
        priority: 5,
        timeLimitMs: null,
        permission: null,
        onLost: "retry",
        schemaHash: JSON.stringify(task.inputSchema ?? null),
        ...task,
      };
      await db
        .insertInto("announced_task")
        .values({
          task: announcement.task,
          schema_hash: announcement.schemaHash,
          process_id: processId,
          announcement: JSON.stringify(announcement),
          announced_at: clock.now(),
        })
        .execute();
    },
    fire: () =>
      parts.ledger.fireDue({ now: clock.now(), limit: 1_000, decide: (due, now) => decide(due, now, compile) }),
  };
}

function storesOn(
  database: AnyTestDatabase,
  tell: () => void,
  clock: Clock,
): Pick<CatalogParts, "ledger" | "runs" | "logs"> {
  if (database.kind === "postgres") {
    const { hot } = database;
    return {
      ledger: new PostgresLedger(hot, tell, async () => clock.now()),
      runs: new PostgresRunStore(hot, tell),
      logs: new PostgresLogStore(hot),
    };
  }
  const { hot } = database;
  return {
    ledger: new SqliteLedger(hot, tell, clock),
    runs: new SqliteRunStore(hot, tell),
    logs: new SqliteLogStore(hot),
  };
}
