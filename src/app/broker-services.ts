import type { Service } from "../base/service.ts";
import { ResultWatcher } from "../client/result-watcher.ts";
import { SqlAwaitedRuns } from "../run/sql/sql-awaited-runs.ts";
import { SqlObservedRuns } from "../run/sql/sql-observed-runs.ts";
import { RUNS_TOPIC } from "../run/topics.ts";
import type { App } from "./app.ts";
import { celeryObserver } from "./celery.ts";

/**
 * What every service does where a broker of its own carries messages: hands runs over to it, and brings home what becomes of those that workers of another
 * kind execute. Nothing where the database is the broker. Waits for no connection.
 */
export async function startBrokerServices(app: App): Promise<{ stop(): Promise<void> }> {
  const services = servicesOf(app);
  for (const service of services) await service.start();
  return {
    async stop() {
      for (const service of services.toReversed()) await service.stop();
    },
  };
}

function servicesOf(app: App): readonly Service[] {
  const { transport, relay, results, config, database, runs, wake, clock, logger } = app;
  if (transport.kind === "shared" || relay === undefined) return [];
  if (!config.celery.observe) return [relay];
  const observed = new SqlObservedRuns(database.db, runs, () => wake.tell(RUNS_TOPIC));
  const observer = celeryObserver(app, transport.broker, { runs: observed, results });
  if (results === undefined) return [relay, observer];
  const awaited = new SqlAwaitedRuns(database.reader);
  return [relay, observer, new ResultWatcher({ results, awaited, observed, clock, logger })];
}
