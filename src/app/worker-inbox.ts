import { REPLACED } from "../canvas/replacement.ts";
import { readTaskDirectory } from "../catalog/task-directory.ts";
import { BrokerInbox } from "../run/broker-inbox.ts";
import type { Inbox } from "../run/inbox.ts";
import type { LogStore } from "../run/log-store.ts";
import type { ReportedRuns, RunStore } from "../run/run-store.ts";
import { StoreInbox } from "../run/store-inbox.ts";
import { UnrecordedRuns } from "../run/unrecorded-runs.ts";
import { hasSecretInputs } from "../task/task-secrets.ts";
import { sealedRun } from "../worker/opened-payload.ts";
import type { App } from "./app.ts";
import type { RelayedTransport } from "./transport.ts";

/** A worker's runs as they come to it over the project's transport. */
export interface WorkerRuns {
  readonly runs: RunStore & ReportedRuns;
  readonly logs: LogStore;
  readonly inbox: (processId: number, queues: readonly string[]) => Inbox;
}

/** Messages that RabbitMQ hands out ahead, for each run at a time, as Celery's workers have it; more would wait here while others are idle. */
const PUSHED_AHEAD = 4;
/** A broker that is asked for messages hands out what is asked for: short runs are many. */
const HELD_AT_MOST = 1_000;
/** Who knows which task is asked so often. */
const DIRECTORY_AGE_MS = 2_000;

export function workerRuns(app: App, worker: { readonly name: string; readonly concurrency: number }): WorkerRuns {
  const { transport, runs, logs, wake, clock } = app;
  if (transport.kind === "relayed") return relayedRuns(app, transport, worker);
  return {
    ...{ runs, logs },
    inbox: (processId, queues) => new StoreInbox({ runs, wake, clock, processId, queues }),
  };
}

function relayedRuns(
  app: App,
  { broker, codec }: RelayedTransport,
  worker: { readonly name: string; readonly concurrency: number },
): WorkerRuns {
  const { runs, logs, archive, clock, logger, discovery, deadLetters, secrets } = app;
  const { registry } = discovery;
  const unrecorded = new UnrecordedRuns({ runs, logs, archive, clock, worker: worker.name });
  const isPushed = broker.capabilities.name === "rabbitmq";
  return {
    runs: unrecorded.runs,
    logs: unrecorded.logs,
    inbox: (processId, queues) =>
      new BrokerInbox({
        ...{ broker, runs, unrecorded, codec, clock, logger, processId, queues },
        letters: deadLetters,
        ...(hasSecretInputs(registry) && {
          secrets: {
            ready: () => secrets.ready(),
            sealed: (run) => {
              const task = registry.find(run.task)?.task;
              return task === undefined ? run : sealedRun(run, task, secrets);
            },
          },
        }),
        prefetch: isPushed ? worker.concurrency * PUSHED_AHEAD : HELD_AT_MOST,
        recordOf: (task) => registry.find(task)?.task.options.record ?? builtIn(task),
        onLostOf: (task) => registry.find(task)?.task.options.onLost,
        isKnownElsewhere: knownElsewhere(app),
      }),
  };
}

/** Celery's own tasks every worker knows. */
const builtIn = (task: string) => (task.startsWith("celery.") || task === REPLACED ? "all" : undefined);

function knownElsewhere({ readers, clock, config }: App): (task: string) => Promise<boolean> {
  let directory: ReturnType<typeof readTaskDirectory> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return async (task) => {
    if (directory === undefined || clock.monotonic() - readAt > DIRECTORY_AGE_MS) {
      readAt = clock.monotonic();
      directory = readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue: config.defaultQueue });
    }
    try {
      return ((await directory).find(task)?.workers ?? 0) > 0;
    } catch (error) {
      directory = undefined;
      throw error;
    }
  };
}
