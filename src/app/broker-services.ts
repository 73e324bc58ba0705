import type { Service } from "../base/service.ts";
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
  const { transport, relay, observed, watcher, results, config } = app;
  if (transport.kind === "shared" || relay === undefined || observed === undefined) return [];
  if (!config.celery.observe) return [relay];
  const observer = celeryObserver(app, transport.broker, { runs: observed, results });
  return watcher === undefined ? [relay, observer] : [relay, observer, watcher];
}
