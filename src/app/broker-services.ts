import type { Service } from "../base/service.ts";
import type { App } from "./app.ts";
import { celeryObserver } from "./celery.ts";

/**
 * What every service does where a broker of its own carries messages: hands runs over to it, and brings home what becomes of those that workers of another
 * kind execute. Nothing where the database is the broker. Waits for no connection.
 *
 * @param observes whether it hears what those workers tell of themselves: each event of each run passes by whoever does, so a worker does not
 */
export async function startBrokerServices(app: App, observes: boolean): Promise<{ stop(): Promise<void> }> {
  const services = servicesOf(app, observes);
  for (const service of services) await service.start();
  return {
    async stop() {
      for (const service of services.toReversed()) await service.stop();
    },
  };
}

function servicesOf(app: App, observes: boolean): readonly Service[] {
  const { transport, relay, observed, watcher, results, config } = app;
  if (transport.kind === "shared" || relay === undefined || observed === undefined) return [];
  if (!config.celery.observe) return [relay];
  const watching = watcher === undefined ? [relay] : [watcher, relay];
  return observes ? [...watching, celeryObserver(app, transport.broker, { runs: observed, results })] : watching;
}
