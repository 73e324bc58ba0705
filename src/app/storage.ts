import { type Clock, systemClock } from "../base/clock.ts";
import { systemRandom, uuidv7 } from "../base/random.ts";
import { LocalWake, type Wake } from "../base/wake.ts";
import type { ProcessRegistry } from "../control/process-registry.ts";
import { SqliteProcessRegistry } from "../control/sqlite/sqlite-process-registry.ts";
import { watchChanges } from "../database/sqlite/change-watch.ts";
import { openSqliteDatabase, type SqliteDatabase } from "../database/sqlite/sqlite-database.ts";
import { TaskConnections } from "../database/sqlite/task-connections.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { PeriodicTaskStore } from "../ledger/periodic-task-store.ts";
import { SqlPeriodicTaskStore } from "../ledger/sql/sql-periodic-task-store.ts";
import { SqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import type { LogStore } from "../run/log-store.ts";
import type { RunStore } from "../run/run-store.ts";
import { SqliteLogStore } from "../run/sqlite/sqlite-log-store.ts";
import { SqliteRunStore } from "../run/sqlite/sqlite-run-store.ts";

/** The adapters of one migrated database, as a process uses them. */
export interface Storage {
  /**
   * Hints on `runs`, `schedules` and `database`. Every commit of another process is told on all three, since a file does not say what
   * changed in it; this process's own are told on their topic and on `database`.
   */
  readonly wake: Wake;
  readonly runs: RunStore;
  readonly logs: LogStore;
  readonly ledger: Ledger;
  readonly periodicTasks: PeriodicTaskStore;
  readonly processes: ProcessRegistry;
  readonly taskConnections: TaskConnections;
  close(): Promise<void>;
}

export interface StorageSettings {
  readonly file: string;
  readonly durability: "process" | "power";
}

/** Opens the file itself; enough to migrate it. */
export function openDatabase({ file, durability }: StorageSettings): SqliteDatabase {
  return openSqliteDatabase({ file, durability });
}

/** The adapters need the tables, so the database must be migrated. Closing the storage leaves the database open. */
export function openStorage(database: SqliteDatabase, settings: StorageSettings, clock: Clock = systemClock): Storage {
  const wake = new LocalWake();
  const stopWatching = watchChanges(database.file, clock, () => wake.tellAll());
  const tells = (topic: string) => () => {
    wake.tell(topic);
    wake.tell("database");
  };
  const taskConnections = new TaskConnections(settings, clock);
  return {
    wake,
    runs: new SqliteRunStore(database.hot, tells("runs")),
    logs: new SqliteLogStore(database.hot),
    ledger: new SqliteLedger(database.hot, tells("runs")),
    periodicTasks: new SqlPeriodicTaskStore({
      db: database.db,
      uid: () => uuidv7(clock.now(), systemRandom),
      tell: tells("schedules"),
    }),
    processes: new SqliteProcessRegistry(database.hot, database.file, clock),
    taskConnections,
    async close() {
      stopWatching();
      taskConnections.close();
    },
  };
}
