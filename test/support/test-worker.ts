import { type Logger, silentLogger } from "../../src/base/logger.ts";
import { systemRandom } from "../../src/base/random.ts";
import { LocalWake, type Wake } from "../../src/base/wake.ts";
import { Client } from "../../src/client/client.ts";
import type { ClaimedRun } from "../../src/run/run-store.ts";
import { StoreInbox } from "../../src/run/store-inbox.ts";
import { TaskRegistry } from "../../src/task/registry.ts";
import type { AnyTask } from "../../src/task/task.ts";
import { Worker } from "../../src/worker/worker.ts";
import type { WorkerOptions } from "../../src/worker/worker-options.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { MemoryLogStore } from "./memory-log-store.ts";
import { MemoryProcessRegistry } from "./memory-process-registry.ts";
import { MemoryRunStore } from "./memory-run-store.ts";

interface Surroundings {
  readonly clock: FakeClock;
  readonly wake: Wake;
  readonly runs: MemoryRunStore;
  readonly logs: MemoryLogStore;
  readonly processes: MemoryProcessRegistry;
}
export interface TestWorkerOptions extends Partial<WorkerOptions> {
  /** Another worker on the same store. */
  readonly beside?: Surroundings;
}
export type TestWorker = ReturnType<typeof createTestWorker>;

/** A worker of some tasks on the memory store and the fake clock; the returned parts are those it works with. */
export function createTestWorker(tasks: readonly AnyTask[], { beside, ...options }: TestWorkerOptions = {}) {
  const clock: FakeClock = beside?.clock ?? new FakeClock();
  const wake = beside?.wake ?? new LocalWake();
  const runs = beside?.runs ?? new MemoryRunStore(() => wake.tellAll());
  const logs = beside?.logs ?? new MemoryLogStore();
  const processes = beside?.processes ?? new MemoryProcessRegistry(runs);
  const registry = new TaskRegistry();
  for (const task of tasks) registry.add({ task, app: "app", file: null });
  const random = { ...systemRandom, fraction: () => 0.5 };
  const findRemote = async () => undefined;
  const client = new Client({ runs, wake, clock, random, registry, findRemote, defaultQueue: "default" });
  const logged: string[] = [];
  const worker = new Worker({
    runs,
    logs,
    processes,
    inbox: (processId, queues) => new StoreInbox({ runs, wake, clock, processId, queues }),
    wake,
    clock,
    random,
    logger: noting(logged),
    client,
    registry,
    announcements: [],
    openDatabase: () => {
      throw new Error("no database here");
    },
    previousSuccess: async () => undefined,
    name: `worker-${processes.latest + 1}`,
    host: "host",
    pid: 1,
    queues: ["default"],
    concurrency: 10,
    graceMs: 30_000,
    ...options,
  });
  return {
    worker,
    runs,
    logs,
    processes,
    client,
    clock,
    wake,
    logged,
    /** Sends, and answers the run's id. */
    send: async (task: AnyTask | string, input?: unknown, sendOptions = {}) =>
      (await client.send(task, input, sendOptions)).id,
    /** Stops a worker whose last runs would otherwise wait for the clock. */
    async stop() {
      const stopped = worker.stop();
      await clock.advance(60_000);
      await stopped;
    },
  };
}

function noting(logged: string[]): Logger {
  const note = (_fields: object, text: string) => void logged.push(text);
  return { ...silentLogger, info: note, warn: note, error: note, child: () => noting(logged) };
}

/** A task's function that a test lets end. */
export function gate<T = void>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { promise, open: resolve, fail: reject };
}

/** Claims by hand, as another worker would that then dies. */
export async function claimAs(
  { runs, processes, clock }: Pick<TestWorker, "runs" | "processes" | "clock">,
  limit: number,
): Promise<{ processId: number; claims: readonly ClaimedRun[] }> {
  const other = await processes.register({ kind: "worker", name: "other", host: "host", pid: 2, info: {} });
  const claims = await runs.claim({ processId: other.id, queues: ["default"], limit, now: clock.now() });
  return { processId: other.id, claims };
}

export { settle };
