import type { AdapterSettings, Adapters } from "../app/adapters.ts";
import { LocalWake } from "../base/wake.ts";
import { SqliteProcessRegistry } from "../control/sqlite/sqlite-process-registry.ts";
import type { SqliteDatabase } from "../database/sqlite/sqlite-database.ts";
import { SqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { SqliteLogStore } from "../run/sqlite/sqlite-log-store.ts";
import { SqliteRunLimits } from "../run/sqlite/sqlite-run-limits.ts";
import { SqliteRunStore } from "../run/sqlite/sqlite-run-store.ts";
import { SqliteTransactionalRuns } from "../run/sqlite/sqlite-transactional-runs.ts";
import { RUNS_TOPIC } from "../run/topics.ts";

/** What the project is made of on a database in memory: nothing watches a file, and no thread renews a lease. */
export function memoryAdapters({ hot, db, file }: SqliteDatabase, { clock, carriage }: AdapterSettings): Adapters {
  const wake = new LocalWake();
  const tells = (topic: string) => () => {
    wake.tell(topic);
    wake.tell("database");
  };
  const tellRuns = tells(RUNS_TOPIC);
  return {
    wake,
    tellSchedules: tells("schedules"),
    runs: new SqliteRunStore(hot, tellRuns, { carriage }),
    limits: new SqliteRunLimits(hot, tellRuns, { carriage }),
    transactional: new SqliteTransactionalRuns(file, carriage),
    logs: new SqliteLogStore(hot),
    ledger: new SqliteLedger(hot, tellRuns, clock, carriage),
    processes: new SqliteProcessRegistry(hot, file, clock),
    // Kysely's own queue keeps runs' transactions apart.
    taskConnections: { open: () => ({ db, release: () => {} }), close: async () => {} },
    release: async () => {},
  };
}
