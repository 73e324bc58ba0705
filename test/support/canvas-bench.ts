import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { systemRandom } from "../../src/base/random.ts";
import { LocalWake } from "../../src/base/wake.ts";
import { Client } from "../../src/client/client.ts";
import { SqliteProcessRegistry } from "../../src/control/sqlite/sqlite-process-registry.ts";
import type { TaskMessage } from "../../src/message/task-message.ts";
import type { ResultBackend, ResultRecord } from "../../src/result/result-backend.ts";
import { runOfMessage } from "../../src/run/run-message.ts";
import { SqlRunArchive } from "../../src/run/sql/sql-run-archive.ts";
import { SqliteLogStore } from "../../src/run/sqlite/sqlite-log-store.ts";
import { SqliteRunStore } from "../../src/run/sqlite/sqlite-run-store.ts";
import { StoreInbox } from "../../src/run/store-inbox.ts";
import { RUNS_TOPIC } from "../../src/run/topics.ts";
import { TaskRegistry } from "../../src/task/registry.ts";
import { type AnyTask, task } from "../../src/task/task.ts";
import { Worker } from "../../src/worker/worker.ts";
import type { WorkerOptions } from "../../src/worker/worker-options.ts";
import { openTestDatabase } from "./database.ts";
import { eventually } from "./eventually.ts";

export type CanvasBench = Awaited<ReturnType<typeof openCanvasBench>>;

/** Workers on one SQLite database that are given Celery's messages and tell a result backend. */
export async function openCanvasBench(results: ResultBackend | undefined) {
  const database = await openTestDatabase();
  const wake = new LocalWake();
  const carriage = { arrival: "ready", reports: results !== undefined } as const;
  const runs = new SqliteRunStore(database.hot, () => wake.tell(RUNS_TOPIC), { carriage });
  const processes = new SqliteProcessRegistry(database.hot, database.file, systemClock);
  const archive = new SqlRunArchive(database.db);
  const workers: Worker[] = [];

  async function startWorker(tasks: readonly AnyTask[], options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const registry = new TaskRegistry();
    for (const one of tasks) registry.add({ task: one, app: "proj", file: null });
    const clock = systemClock;
    const client = new Client({
      ...{ runs, wake, clock, random: systemRandom, registry, defaultQueue: "celery" },
      findRemote: async () => undefined,
    });
    const worker = new Worker({
      ...{ runs, processes, wake, clock, random: systemRandom, logger: silentLogger, client, registry },
      logs: new SqliteLogStore(database.hot),
      inbox: (processId, queues) => new StoreInbox({ runs, wake, clock, processId, queues }),
      announcements: [],
      openDatabase: () => {
        throw new Error("no tables here");
      },
      previousSuccess: async () => undefined,
      name: `w${workers.length + 1}@worker.example`,
      host: "worker.example",
      pid: process.pid,
      queues: ["celery"],
      concurrency: 10,
      graceMs: 5_000,
      ...(results === undefined ? {} : { reporting: { results, chords: results, runs, archive } }),
      ...options,
    });
    workers.push(worker);
    await worker.start();
    return worker;
  }

  return {
    database,
    runs,
    archive,
    startWorker,
    /** What a client of Celery's puts into the queue. */
    async send(messages: readonly TaskMessage[]): Promise<void> {
      const from = { queue: "celery", priority: 9, now: systemClock.now() };
      await runs.add(messages.map((message) => runOfMessage(message, from)));
    },
    /** The record of a run, once there is one in this state. */
    recordOf: (id: string, state = "SUCCESS"): Promise<ResultRecord> =>
      eventually(
        async () => {
          const [record] = (await results?.read([id])) ?? [];
          return record?.state === state ? record : undefined;
        },
        { what: () => `${state} of ${id}` },
      ),
    async close(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.stop()));
      await database.close();
    },
  };
}

type Numbers = readonly number[];

/** The tasks that the samples of Celery's own runs call. `called` notes each call. */
export function projectTasks(called: (name: string, args: readonly unknown[]) => void = () => {}): readonly AnyTask[] {
  const made = (name: string, run: (...args: never[]) => unknown) =>
    task(`proj.${name}`, {
      run: ({ args }) => {
        called(name, args);
        return run(...(args as never[]));
      },
    });
  return [
    made("add", (x: number, y: number) => x + y),
    made("mul", (x: number, y: number) => x * y),
    made("xsum", (numbers: Numbers) => numbers.flat(9).reduce((sum: number, n) => sum + n, 0)),
    made("echo", (...args: unknown[]) => args),
    made("cb", (result: unknown) => ({ got: result })),
    made("on_error_id", (id: string) => `error of ${id}`),
    made("fail", (text = "boom") => {
      throw Object.assign(new Error(text), { name: "ValueError" });
    }),
  ];
}
