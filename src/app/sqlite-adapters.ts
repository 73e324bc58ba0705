import { LocalWake } from "../base/wake.ts";
import { SqliteProcessRegistry } from "../control/sqlite/sqlite-process-registry.ts";
import { watchChanges } from "../database/sqlite/change-watch.ts";
import type { SqliteDatabase } from "../database/sqlite/sqlite-database.ts";
import { SqliteTaskConnections } from "../database/sqlite/task-connections.ts";
import { SqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { SqliteLogStore } from "../run/sqlite/sqlite-log-store.ts";
import { SqliteRunLimits } from "../run/sqlite/sqlite-run-limits.ts";
import { SqliteRunStore } from "../run/sqlite/sqlite-run-store.ts";
import { SqliteTransactionalRuns } from "../run/sqlite/sqlite-transactional-runs.ts";
import { RUNS_TOPIC, UNPUBLISHED_TOPIC } from "../run/topics.ts";
import type { AdapterSettings, Adapters } from "./adapters.ts";

export function sqliteAdapters(
  { hot, file }: SqliteDatabase,
  { clock, durability, carriage }: AdapterSettings,
): Adapters {
  const wake = new LocalWake();
  // Another process's commit is told on every topic, since a file does not say what changed in it.
  const stopWatching = watchChanges(file, clock, () => wake.tellAll());
  const tells = (topic: string) => () => {
    wake.tell(topic);
    wake.tell("database");
  };
  const tellRuns = tells(RUNS_TOPIC);
  const tellUnpublished = () => wake.tell(UNPUBLISHED_TOPIC);
  const tellRunsSent = () => {
    tellRuns();
    tellUnpublished();
  };
  const taskConnections = new SqliteTaskConnections({ file, durability }, clock);
  return {
    wake,
    tellSchedules: tells("schedules"),
    runs: new SqliteRunStore(hot, tellRuns, { carriage, tellUnpublished }),
    limits: new SqliteRunLimits(hot, tellRuns, { carriage, tellUnpublished }),
    transactional: new SqliteTransactionalRuns(file, carriage),
    logs: new SqliteLogStore(hot),
    ledger: new SqliteLedger(hot, tellRunsSent, clock, carriage),
    processes: new SqliteProcessRegistry(hot, file, clock),
    taskConnections,
    async release() {
      stopWatching();
      await taskConnections.close();
    },
  };
}
