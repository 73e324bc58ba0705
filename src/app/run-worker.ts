import { hostname } from "node:os";
import { announcementOf } from "../discovery/announcement.ts";
import { StoreInbox } from "../run/store-inbox.ts";
import type { TaskDatabase } from "../worker/executor.ts";
import { Worker } from "../worker/worker.ts";
import type { App } from "./app.ts";
import { processName } from "./keep-registered.ts";

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
  const { config, discovery, runs, wake, clock, taskConnections } = app;
  const announcements = [...discovery.registry.entries()].map((task) => announcementOf(task, config.defaultQueue));
  const served = settings.queues ?? [config.defaultQueue, ...config.queues, ...announcements.map(({ queue }) => queue)];
  const excluded = new Set(settings.excludeQueues);
  const queues = [...new Set(served)].filter((queue) => !excluded.has(queue));
  const worker = new Worker({
    ...app,
    registry: discovery.registry,
    announcements,
    inbox: (processId, served) => new StoreInbox({ runs, wake, clock, processId, queues: served }),
    openDatabase: (task): TaskDatabase => {
      const connection = taskConnections.open(task);
      return { open: () => connection.db, release: () => connection.release() };
    },
    previousSuccess: (periodicTaskId) => app.readers.periodicTasks.lastSuccess(periodicTaskId),
    name: settings.name ?? processName("worker"),
    host: hostname(),
    pid: process.pid,
    queues,
    concurrency: settings.concurrency ?? config.worker.concurrency,
    graceMs: config.worker.graceMs,
  });
  await worker.start();
  app.logger.info(
    { queues, concurrency: settings.concurrency ?? config.worker.concurrency, tasks: announcements.length },
    "worker is at work",
  );
  return worker;
}
