import { hostname } from "node:os";
import type { Stop } from "../base/clock.ts";
import { announcementsOf } from "../discovery/announcement.ts";
import type { HookWorker } from "../task/hooks.ts";
import type { PoolKind } from "../task/pool-options.ts";
import { queueByRoutes } from "../task/routes.ts";
import type { WhereTasksWait } from "../worker/destinations.ts";
import type { LoopGuard } from "../worker/loop-deadlines.ts";
import { RunObserver, tellStopping } from "../worker/run-observer.ts";
import { Worker } from "../worker/worker.ts";
import type { App } from "./app.ts";
import { startBrokerServices } from "./broker-services.ts";
import { workerVoice } from "./celery.ts";
import { processName } from "./keep-registered.ts";
import { poolOpener } from "./open-pool.ts";
import { taskSurroundings } from "./task-surroundings.ts";
import { prioritiesOf } from "./transport.ts";
import { usualConcurrency } from "./usual-concurrency.ts";
import { workerRuns } from "./worker-inbox.ts";

export interface WorkerSettings {
  /** Default: the declared ones, the default one, and those that the project's tasks name. */
  readonly queues?: readonly string[];
  /** Left out of them. */
  readonly excludeQueues?: readonly string[];
  readonly name?: string;
  readonly concurrency?: number;
  readonly pool?: PoolKind;
  /** How often a supervisor has started it again; default: it has none. */
  readonly restarts?: number;
  /** Ends the process when a task blocks it beyond its hard limit; default: nobody does. */
  readonly guard?: LoopGuard;
  /** Called when what is executed in the loop has been as much, or has grown as large, as the settings allow: this worker should make place for another one. */
  readonly spent?: () => void;
}

/** Starts a worker of the project's tasks. `stop` waits for what is being executed, at most the settings' grace time, or until `quick` is aborted. */
export async function startWorker(
  app: App,
  settings: WorkerSettings = {},
): Promise<{ stop(quick?: AbortSignal): Promise<void> }> {
  const { config, discovery, transport, results, chords, archive } = app;
  const announcements = [...discovery.registry.entries()].flatMap((task) =>
    announcementsOf(task, queueByRoutes(config)),
  );
  const served = settings.queues ?? [config.defaultQueue, ...config.queues, ...announcements.map(({ queue }) => queue)];
  const excluded = new Set(settings.excludeQueues);
  const queues = [...new Set(served)].filter((queue) => !excluded.has(queue));
  const name = settings.name ?? processName("worker");
  const { maxRunsPerChild, maxMemoryMb } = config.worker;
  const pool = settings.pool ?? config.worker.pool;
  const usual = pool === config.worker.pool ? config.worker.concurrency : usualConcurrency(pool);
  const concurrency = config.worker.autoscale?.min ?? settings.concurrency ?? usual;
  const openPool = poolOpener(app, { concurrency, byDefault: pool, maxRunsPerChild, maxMemoryMb });
  const { runs, logs, inbox } = workerRuns(app, { name, concurrency });
  const place = { name, host: hostname(), pid: process.pid };
  const voice = transport.kind === "relayed" ? workerVoice(app, transport.broker, place) : undefined;
  const worker = new Worker({
    ...app,
    ...{ runs, logs, inbox, ...place },
    registry: discovery.registry,
    announcements,
    ...taskSurroundings(app),
    ...(app.hooks !== undefined && { observer: new RunObserver(app.hooks, name) }),
    holds: (now) => app.pauses.holds(now),
    queues,
    concurrency,
    pool,
    ...(settings.guard !== undefined && { guard: settings.guard }),
    ...(settings.restarts !== undefined && { restarts: settings.restarts }),
    ...(config.worker.autoscale !== null && { autoscale: config.worker.autoscale }),
    ...(openPool !== undefined && { openPool }),
    graceMs: config.worker.graceMs,
    reporting: {
      ...{ results, chords, runs, archive, trackStarted: config.resultOptions.trackStarted },
      elsewhere: whereTasksWait(app),
    },
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
  const stopWatching = pool === "loop" && settings.spent ? whenSpent(app, worker, settings.spent) : () => {};
  const about: HookWorker = { worker: name, host: place.host, pid: place.pid, queues, concurrency };
  app.hooks?.tell("workerReady", () => about);
  app.logger.info({ queues, concurrency, tasks: discovery.registry.names().length }, "worker is at work");
  return {
    async stop(quick) {
      stopWatching();
      const told = app.hooks && tellStopping(app.hooks, about, (ms, then) => app.clock.after(ms, then));
      await worker.stop(quick);
      await told;
      await endOwnDrain(app, name).catch((error: unknown) => app.logger.debug({ err: error }, "its drain stays"));
      await voice?.stop();
      await services.stop();
    },
  };
}

function whereTasksWait({ config, findRemote }: App): WhereTasksWait {
  const routed = queueByRoutes({ routes: config.routes, defaultQueue: "" });
  return {
    routed: (task) => routed(task) || undefined,
    announced: async (task) => {
      const remote = await findRemote(task);
      if (remote === undefined) return undefined;
      const { queue, priority, onLost } = remote;
      return { queue, ...(priority !== undefined && { priority }), ...(onLost !== undefined && { onLost }) };
    },
  };
}

/** A worker is drained until it ends; the next one of its name is not. */
async function endOwnDrain({ pauses, clock }: App, name: string): Promise<void> {
  const now = clock.now();
  for (const { id, scope, scopeId } of await pauses.holds(now)) {
    if (scope === "worker" && scopeId === name) await pauses.end(id, { now, by: { name: "hyoshi" } });
  }
}

const LOOK_EVERY_MS = 1_000;
const MIB = 1024 * 1024;

/** Calls `spent` once. */
function whenSpent({ config, clock }: App, worker: Worker, spent: () => void): Stop {
  const { maxRunsPerChild, maxMemoryMb } = config.worker;
  if (maxRunsPerChild === null && maxMemoryMb === null) return () => {};
  let stop: Stop = () => {};
  const look = () => {
    const isOld = maxRunsPerChild !== null && worker.statistics.executed >= maxRunsPerChild;
    const isLarge = maxMemoryMb !== null && process.memoryUsage.rss() > maxMemoryMb * MIB;
    if (isOld || isLarge) spent();
    else stop = clock.after(LOOK_EVERY_MS, look);
  };
  look();
  return () => stop();
}
