import { hostname } from "node:os";
import { announcementsOf } from "../discovery/announcement.ts";
import { queueByRoutes } from "../task/routes.ts";
import type { TaskDatabase } from "../worker/executor.ts";
import { Worker } from "../worker/worker.ts";
import type { App } from "./app.ts";
import { startBrokerServices } from "./broker-services.ts";
import { workerVoice } from "./celery.ts";
import { processName } from "./keep-registered.ts";
import { prioritiesOf } from "./transport.ts";
import { workerRuns } from "./worker-inbox.ts";

export interface WorkerSettings {
  /** Default: the declared ones, the default one, and those that the project's tasks name. */
  readonly queues?: readonly string[];
  /** Left out of them. */
  readonly excludeQueues?: readonly string[];
  readonly name?: string;
  readonly concurrency?: number;
}

/** Starts a worker of the project's tasks. `stop` waits for what is being executed, at most the settings' grace time, or until `quick` is aborted. */
export async function startWorker(
  app: App,
  settings: WorkerSettings = {},
): Promise<{ stop(quick?: AbortSignal): Promise<void> }> {
  const { config, discovery, transport, results, chords, archive, taskConnections } = app;
  const announcements = [...discovery.registry.entries()].flatMap((task) =>
    announcementsOf(task, queueByRoutes(config)),
  );
  const served = settings.queues ?? [config.defaultQueue, ...config.queues, ...announcements.map(({ queue }) => queue)];
  const excluded = new Set(settings.excludeQueues);
  const queues = [...new Set(served)].filter((queue) => !excluded.has(queue));
  const name = settings.name ?? processName("worker");
  const concurrency = settings.concurrency ?? config.worker.concurrency;
  const { runs, logs, inbox } = workerRuns(app, { name, concurrency });
  const place = { name, host: hostname(), pid: process.pid };
  const voice = transport.kind === "relayed" ? workerVoice(app, transport.broker, place) : undefined;
  const worker = new Worker({
    ...app,
    ...{ runs, logs, inbox, ...place },
    registry: discovery.registry,
    announcements,
    openDatabase: (task): TaskDatabase => {
      const connection = taskConnections.open(task);
      return { open: () => connection.db, release: () => connection.release() };
    },
    previousSuccess: (periodicTaskId) => app.readers.periodicTasks.lastSuccess(periodicTaskId),
    queues,
    concurrency,
    graceMs: config.worker.graceMs,
    reporting: { results, chords, runs, archive, trackStarted: config.resultOptions.trackStarted },
    ...(voice !== undefined && { listener: voice, isRevoked: (run) => voice.isRevoked(run) }),
    ...(transport.kind === "relayed" && {
      priorities: prioritiesOf(transport.broker),
      // The process that it is in ends as it does when its terminal says so.
      shutDown: () => void process.kill(process.pid, "SIGTERM"),
    }),
  });
  await worker.start();
  const services = await startBrokerServices(app, false);
  voice?.start(worker.control);
  app.logger.info({ queues, concurrency, tasks: discovery.registry.names().length }, "worker is at work");
  return {
    async stop(quick) {
      await worker.stop(quick);
      await voice?.stop();
      await services.stop();
    },
  };
}
