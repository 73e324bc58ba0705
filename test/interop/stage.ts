import Sqlite from "better-sqlite3";
import { afterAll, beforeAll } from "vitest";
import type { App } from "../../src/app/app.ts";
import { loadConfig } from "../../src/app/config-load.ts";
import { library } from "../../src/app/library.ts";
import { openMigratedApp } from "../../src/app/open-app.ts";
import type { Json } from "../../src/base/json.ts";
import type { RunRecord } from "../../src/run/run-reader.ts";
import { runHere } from "../integration/cli/projects.ts";
import { type CeleryClient, CeleryProject } from "../support/celery.ts";
import { makeTables } from "../support/make-tables.ts";
import { createPostgresTestDatabase } from "../support/postgres-database.ts";
import type { Finished, Running, TestProject } from "../support/project.ts";
import { createHyoshiProject } from "./hyoshi-project.ts";
import { Notes } from "./notes.ts";
import { type BrokerKind, openPlace, type Place } from "./place.ts";

export interface StageOptions {
  readonly broker: BrokerKind;
  readonly results: "redis" | "rpc" | "django";
  readonly database: "sqlite" | "postgres";
  /** More settings of the project, and of Celery. */
  readonly hyoshi?: object;
  readonly celery?: Readonly<Record<string, unknown>>;
  /** Whether a worker of either side is started with it. Default: both. */
  readonly workers?: "both" | "none";
  /** A server of its own, which is killed, and a proxy between it and hyoshi. */
  readonly faults?: boolean;
}

export interface DeadLetterRow {
  readonly queue: string;
  readonly run_id: string | null;
  readonly task: string | null;
  readonly code: string;
  readonly why: string;
}

/** A broker with hyoshi's and Celery's processes on it: a worker of either side, a Python client, and hyoshi's client in the test's own process. */
export interface Stage {
  readonly broker: BrokerKind;
  readonly results: StageOptions["results"];
  readonly place: Place;
  readonly notes: Notes;
  readonly celery: CeleryProject;
  readonly python: CeleryClient;
  readonly project: TestProject;
  readonly env: Readonly<Record<string, string>>;
  readonly app: App;
  /** Runs one of hyoshi's commands. */
  command(...words: readonly string[]): Promise<Finished>;
  /** Starts a worker of hyoshi's and waits until it is at work. */
  startWorker(...args: readonly string[]): Promise<Running>;
  /** The run of that id in hyoshi's database; `run` throws where there is none. */
  find(id: string): Promise<RunRecord | undefined>;
  run(id: string): Promise<RunRecord>;
  /** The unfinished runs of hyoshi's database. */
  waiting(): Promise<number>;
  /** The oldest first. */
  deadLetters(): Promise<readonly DeadLetterRow[]>;
  /** Keeps everybody from writing to the (SQLite) database until the function that it answers is called. */
  lockDatabase(): () => void;
  /** The worker of hyoshi's that was started with it. */
  readonly worker: Running | undefined;
  startBeat(): Promise<Running>;
  /** Makes a periodic task that fires each second, where a beat runs. */
  everySecond(
    task: string,
    more?: { readonly queue?: string; readonly input?: Json },
  ): Promise<{ id: number; name: string }>;
  disable(periodicTaskId: number): Promise<void>;
  runsOf(periodicTaskId: number): Promise<readonly RunRecord[]>;
  close(): Promise<void>;
}

const eachSecond = { kind: "interval", every: 1, period: "seconds" };
const tester = { name: "test", superuser: true, permissions: new Set<string>() };
let made = 0;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { broker, results, workers = "both", faults = false } = options;
  made += 1;
  const place = await openPlace(broker, { alone: faults });
  const notes = new Notes();
  const postgres = options.database === "postgres" ? await createPostgresTestDatabase() : undefined;
  const project = createHyoshiProject(options.hyoshi);
  const env: Record<string, string> = {
    DATABASE_URL: postgres?.url ?? `sqlite:${project.databaseFile}`,
    BROKER_URL: faults ? place.urlByProxy : place.url,
    RESULT_BACKEND_URL: results === "redis" ? place.resultsUrl : results,
    INTEROP_NOTES: notes.folder,
    HYOSHI_LOG_LEVEL: "info",
  };
  const celery = new CeleryProject({
    broker: place.url,
    results: { redis: place.resultsUrl, rpc: "rpc://", django: "django-db" }[results],
    notes: notes.folder,
    ...(results === "django" && postgres ? { django: postgres.url } : {}),
    ...(options.celery ? { settings: options.celery } : {}),
  });
  // The one on PostgreSQL is a copy of one that has them.
  if (postgres === undefined) await makeTables(project.databaseFile);
  if (results === "django") await celery.migrate();
  const startWorker = async (...args: readonly string[]) => {
    const worker = project.start(["worker", ...args], env);
    await worker.says("worker is at work");
    return worker;
  };
  const startBeat = async () => {
    const beat = project.start(["beat"], env);
    await beat.says("beat is at work");
    return beat;
  };
  const [python, app, worker] = await Promise.all([
    celery.client(),
    openApp(project.folder, env),
    workers === "both" ? startWorker("--name", "ts@interop") : undefined,
    workers === "both" ? celery.worker() : undefined,
    // Hears what Python's workers tell.
    workers === "both" ? startBeat() : undefined,
  ]);
  const find = (id: string) => app.readers.runs.find(id);
  return {
    broker,
    results,
    place,
    notes,
    celery,
    python,
    project,
    env,
    app,
    startWorker,
    worker,
    startBeat,
    find,
    deadLetters: () =>
      app.database.db
        .selectFrom("dead_letter")
        .select(["queue", "run_id", "task", "code", "why"])
        .orderBy("id")
        .execute(),
    lockDatabase() {
      const db = new Sqlite(project.databaseFile);
      db.exec("begin immediate");
      return () => {
        db.exec("rollback");
        db.close();
      };
    },
    command: (...words) => runHere(project.folder, words, env),
    async run(id) {
      const run = await find(id);
      if (run === undefined) throw new Error(`there is no run '${id}'`);
      return run;
    },
    async waiting() {
      const queues = await app.readers.runs.queues();
      return queues.reduce((sum, { ready, scheduled, held, running }) => sum + ready + scheduled + held + running, 0);
    },
    async everySecond(task, { queue, input } = {}) {
      made += 1;
      const name = `${task} each second ${made}`;
      const { id } = await app.catalog.editor.save(
        {
          name,
          task,
          ...(input === undefined ? { args: [], kwargs: {} } : { input }),
          ...(queue === undefined ? {} : { queue }),
          overlap: "allow",
          schedules: [eachSecond],
        },
        undefined,
        tester,
      );
      return { id, name };
    },
    async disable(id) {
      await app.catalog.editor.setEnabled(id, false, tester);
    },
    async runsOf(periodicTaskId) {
      const { items } = await app.readers.runs.list({ periodicTaskId, limit: 200 });
      const runs = await Promise.all(items.map(({ id }) => find(id)));
      return runs.filter((run) => run !== undefined);
    },
    async close() {
      await python.close().catch(() => {});
      await app.close();
      await Promise.all([celery.close(), project.close()]);
      await place.close();
      await postgres?.drop();
      notes.remove();
    },
  };
}

/** Opens a project as a program of its own would, with another's environment. */
async function openApp(folder: string, env: Readonly<Record<string, string>>): Promise<App> {
  const { config, problems, load } = await loadConfig({ env, workingFolder: folder, library });
  if (config === undefined) throw new Error(problems.map(({ text }) => text).join("\n"));
  return openMigratedApp({ config, load, withApps: true });
}

/** One stage for the tests of the file that calls it. */
export function useStage(options: StageOptions): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await openStage(options);
  });
  afterAll(() => stage?.close());
  return () => {
    if (stage === undefined) throw new Error("the stage is not open");
    return stage;
  };
}
