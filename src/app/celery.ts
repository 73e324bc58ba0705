import type { Service } from "../base/service.ts";
import type { Broker } from "../broker/broker.ts";
import { observedOf } from "../client/observed-result.ts";
import { CeleryObserver, type ReadEnds } from "../control/celery/celery-observer.ts";
import { CeleryRemoteControl } from "../control/celery/celery-remote-control.ts";
import { CeleryVoice } from "../control/celery/celery-voice.ts";
import { nodeName } from "../control/node-name.ts";
import type { RemoteControl } from "../control/remote-control.ts";
import { SqlForeignWorkers } from "../control/sql/sql-foreign-workers.ts";
import type { WorkerRun } from "../control/worker-control.ts";
import type { ResultBackend } from "../result/result-backend.ts";
import type { ObservedRuns } from "../run/observed-runs.ts";
import { queueByRoutes } from "../task/routes.ts";
import type { App } from "./app.ts";
import { toldBroker, toldSettings } from "./celery-settings.ts";
import { ownVersion } from "./own-version.ts";

/** Runs to come that `inspect scheduled` tells: the first of them. */
const SCHEDULED_TOLD = 100;
/** Where a Celery project puts what names no queue. */
const CELERY_QUEUE = "celery";

/** Asks and commands workers over a broker. */
export function remoteControl(app: Pick<App, "clock" | "random">, broker: Broker): RemoteControl {
  return new CeleryRemoteControl({ bus: broker.bus, clock: app.clock, random: app.random });
}

/** A worker's part in what Celery's processes tell each other; to be given to the worker, and started with it. */
export function workerVoice(
  app: Pick<App, "clock" | "random" | "logger" | "config" | "runs" | "readers">,
  broker: Broker,
  worker: { readonly name: string; readonly host: string; readonly pid: number },
): CeleryVoice {
  const { clock, random, logger, config, runs, readers } = app;
  const isRedis = broker.capabilities.name === "redis";
  return new CeleryVoice({
    bus: broker.bus,
    node: nodeName(worker.name, worker.host),
    pid: worker.pid,
    about: {
      version: ownVersion(),
      settings: toldSettings(config),
      broker: toldBroker(config.broker),
      // Celery's Redis takes the least first.
      wirePriority: (own) => (isRedis ? 9 - own : own),
    },
    ...{ clock, random, logger },
    events: config.celery.events,
    cancel: async (ids, force) => {
      await runs.cancel({ ids, by: "remote control", now: clock.now(), force });
    },
    scheduled: async (queues) => {
      const { items } = await readers.runs.list({ states: ["scheduled"], limit: SCHEDULED_TOLD });
      const served = items.filter(({ queue }) => queues.includes(queue));
      const found = await Promise.all(served.map(({ id }) => readers.runs.find(id)));
      return found
        .filter((run): run is NonNullable<typeof run> => run !== undefined)
        .sort((a, b) => a.availableAt - b.availableAt)
        .map(({ startedAt: _, ...run }): WorkerRun => run);
    },
  });
}

/** Keeps what workers of another kind tell of themselves and of their runs. */
export function celeryObserver(
  app: Pick<App, "clock" | "random" | "logger" | "database" | "config">,
  broker: Broker,
  {
    runs,
    results,
  }: { readonly runs: ObservedRuns; readonly results: Pick<ResultBackend, "read" | "kind"> | undefined },
): Service {
  const { clock, logger, database, config } = app;
  return new CeleryObserver({
    bus: broker.bus,
    remote: remoteControl(app, broker),
    workers: new SqlForeignWorkers(database.db, queueByRoutes({ routes: config.routes, defaultQueue: "" })),
    runs,
    ...(results !== undefined && { readEnds: readEndsFrom(results, () => clock.now()) }),
    endsMayFollow: results?.kind === "rpc",
    defaultQueue: CELERY_QUEUE,
    ...{ clock, logger },
  });
}

function readEndsFrom(results: Pick<ResultBackend, "read">, now: () => number): ReadEnds {
  return async (ids) => {
    const records = await results.read(ids);
    const ends = records.flatMap((record) => (record === undefined ? [] : (observedOf(record, now()) ?? [])));
    return new Map(ends.map((end) => [end.id, end]));
  };
}
