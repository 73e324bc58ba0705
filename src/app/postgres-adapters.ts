import { LocalWake } from "../base/wake.ts";
import { PostgresProcessRegistry } from "../control/postgres/postgres-process-registry.ts";
import { CHANNEL, Notices } from "../database/postgres/notices.ts";
import type { PostgresDatabase } from "../database/postgres/postgres-database.ts";
import { PostgresTaskConnections } from "../database/postgres/postgres-task-connections.ts";
import { PostgresLedger } from "../ledger/postgres/postgres-ledger.ts";
import { PostgresLogStore } from "../run/postgres/postgres-log-store.ts";
import { PostgresRunLimits } from "../run/postgres/postgres-run-limits.ts";
import { PostgresRunStore } from "../run/postgres/postgres-run-store.ts";
import { PostgresTransactionalRuns } from "../run/postgres/postgres-transactional-runs.ts";
import { RUNS_TOPIC, UNPUBLISHED_TOPIC } from "../run/topics.ts";
import type { AdapterSettings, Adapters } from "./adapters.ts";

export function postgresAdapters(
  database: PostgresDatabase,
  { clock, taskConnections: most, carriage }: AdapterSettings,
): Adapters {
  const { hot, driver, settings } = database;
  const wake = new LocalWake();
  const hear = (topic: string) => {
    wake.tell(topic);
    wake.tell("database");
  };
  const heard = (topics: readonly string[] | undefined) => {
    if (topics === undefined) wake.tellAll();
    else for (const topic of topics) hear(topic);
  };
  const notices = new Notices({ driver, settings, clock, heard });
  const tells = (topic: string) => () => {
    hear(topic);
    notices.tell(topic);
  };
  const tellRuns = tells(RUNS_TOPIC);
  const tellUnpublished = () => wake.tell(UNPUBLISHED_TOPIC);
  const tellRunsSent = () => {
    tellRuns();
    tellUnpublished();
  };
  const runs = new PostgresRunStore(hot, tellRuns, {
    carriage,
    tellUnpublished,
  });
  const taskConnections = new PostgresTaskConnections(driver, settings, most);
  // A relay looks where there is one; without it the rows themselves are waited for.
  const topics = carriage.arrival === "unpublished" ? `${RUNS_TOPIC},${UNPUBLISHED_TOPIC}` : RUNS_TOPIC;
  return {
    wake,
    tellSchedules: tells("schedules"),
    runs,
    limits: new PostgresRunLimits(hot, tellRuns, {
      carriage,
      tellUnpublished,
      parked: (claims) => runs.forget(claims),
    }),
    transactional: new PostgresTransactionalRuns({ pool: hot, carriage, notice: { channel: CHANNEL, topics } }),
    logs: new PostgresLogStore(hot),
    ledger: new PostgresLedger(hot, tellRunsSent, undefined, carriage),
    processes: new PostgresProcessRegistry(database),
    taskConnections,
    async release() {
      await notices.close();
      await taskConnections.close();
    },
  };
}
