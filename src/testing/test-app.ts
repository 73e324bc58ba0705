import { type App, composeApp } from "../app/app.ts";
import { appMigrations } from "../app/app-migrations.ts";
import { applyCode } from "../app/apply-code.ts";
import type { AppModules, HyoshiConfig } from "../app/config.ts";
import { checkConfig } from "../app/config-check.ts";
import { loadConfig } from "../app/config-load.ts";
import { discoverApps } from "../app/discover-apps.ts";
import { invalidConfig, library } from "../app/library.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { openMemoryDatabase } from "../database/sqlite/memory-database.ts";
import { createModuleLoader } from "../discovery/load-module.ts";
import type { OpenDatabase } from "../task/context.ts";
import type { DefinedPeriodicTask } from "../task/periodic-task.ts";
import type { Send, SendMany, SentRun } from "../task/send.ts";
import type { AnyTask, InputOf, ResultOf } from "../task/task.ts";
import { memoryAdapters } from "./memory-adapters.ts";
import { RunDriver } from "./run-driver.ts";
import { asSent, assertSent, nameOf, type SentByTest, sentRuns } from "./sent-runs.ts";
import { TestClock } from "./test-clock.ts";

export interface TestAppOptions {
  /** The tasks, where the test needs no more of the project. */
  readonly tasks?: readonly AnyTask[];
  /** Periodic tasks of the code, as `periodicTask` makes them. */
  readonly periodicTasks?: readonly DefinedPeriodicTask[];
  /** Whole apps: their imported modules. Their migrations are applied. */
  readonly apps?: readonly AppModules[];
  /** The project's settings, or their file; database and broker are those of the test. Default: none but the apps above. */
  readonly config?: string | Partial<HyoshiConfig>;
  /** Where the clock stands: a Date, ms since the epoch, or an ISO text with its zone. Default: 2026-01-01T00:00:00Z. */
  readonly now?: Date | Instant | string;
  /** Whether `send` executes at once what it sends, and everything that follows from it, before it resolves. Default: false. */
  readonly eager?: boolean;
  /** How long `runUntilIdle` waits for tasks that are being executed, in real ms. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Default: none. */
  readonly logger?: Logger;
}

/** A project in this process's memory, with a clock that the test moves. */
export interface TestApp {
  /** As the project's own `send`. Nothing is executed before `runUntilIdle`, unless the app is eager or the result is asked for. */
  readonly send: Send;
  readonly sendMany: SendMany;
  /** Executes what may begin now, with all that follows from it. Fails with `not_idle` when a task has not ended in time. */
  runUntilIdle(): Promise<void>;
  /** Sends the task, executes it and what follows, and answers its result. Fails as `result` does, with `run_failed` and the task's message in it. */
  execute<T extends AnyTask>(task: T, input?: InputOf<T>): Promise<ResultOf<T>>;
  /** Where the clock stands, in ms since the epoch. */
  now(): Instant;
  /**
   * Moves the clock by ms, or by a text such as `"90 s"`, `"15 min"`, `"2 h"` or `"1 day"`. On the way, schedules fire at their instants, what waits for its time begins at
   * it, and everything is executed.
   */
  advance(by: number | string): Promise<void>;
  /** The same up to an instant. */
  advanceTo(instant: Date | Instant | string): Promise<void>;
  /** Fires what is due, and executes nothing. */
  tick(): Promise<void>;
  /** What was sent so far, the first first; of one task, or of all. */
  sent(task?: AnyTask | string): Promise<readonly SentByTest[]>;
  /**
   * Fails, with an AssertionError, unless the task was sent with an input that has at least these properties; `times`: exactly so often. Answers those runs.
   */
  expectSent<T extends AnyTask>(
    task: T | string,
    input?: Partial<InputOf<T>>,
    options?: { readonly times?: number },
  ): Promise<readonly SentByTest[]>;
  /** Fails, with an AssertionError, where it was. */
  expectNotSent<T extends AnyTask>(task: T | string, input?: Partial<InputOf<T>>): Promise<void>;
  /** A run as it is now. Fails with `run_not_found`. */
  run(id: string): Promise<SentByTest>;
  /** What a run wrote to its log. */
  log(id: string): Promise<string>;
  /** Asks a run, and its children, to stop; what waits is cancelled at once. */
  cancel(id: string): Promise<void>;
  /** The apps' tables, as tasks have them. */
  readonly db: OpenDatabase;
  /** Forgets it all. */
  close(): Promise<void>;
}

const DEFAULT_NOW = Date.UTC(2026, 0, 1);
const DEFAULT_TIMEOUT_MS = 10_000;
/** Lines of a log are read in one go up to so many chunks. */
const CHUNKS = 10_000;

/**
 * Makes a project that lives in this process's memory: no file, no server, no other process, no timer. It is hyoshi's own engine on SQLite in memory, under a clock that stands
 * still: what a schedule, a retry or a chain does here it does in production.
 *
 * ```ts
 * const app = await createTestApp({ tasks: [counterUpper] });
 * await app.send(counterUpper, { counterId: 1 });
 * await app.runUntilIdle();
 * await app.expectSent(notify, { counterId: 1 });
 * await app.close();
 * ```
 */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { now = DEFAULT_NOW, logger = silentLogger, timeoutMs = DEFAULT_TIMEOUT_MS, eager = false } = options;
  const clock = new TestClock(instantOf(now));
  const { config, load } = await settingsOf(options);
  const discovery = await discoverApps(config, load);
  const [problem] = discovery.problems.filter(({ severity }) => severity === "error");
  if (problem !== undefined) throw new HyoshiError(problem.code, problem.message, { cause: problem.cause });
  const database = openMemoryDatabase();
  await database.migrate(appMigrations(discovery.apps));
  const adapters: NonNullable<Parameters<typeof composeApp>[0]["adapters"]> = (settings) =>
    memoryAdapters(database, settings);
  const app = composeApp({ config, database, discovery, logger, clock, adapters });
  const driver = new RunDriver(app, clock);
  await driver.start();
  const { items } = await applyCode(app);
  const [conflict] = items.filter(({ action }) => action === "conflict" || action === "invalid");
  if (conflict !== undefined) throw invalidPeriodicTask(conflict);
  return testApp({ app, driver, clock, eager, timeoutMs });
}

interface TestAppParts {
  readonly app: App;
  readonly driver: RunDriver;
  readonly clock: TestClock;
  readonly eager: boolean;
  readonly timeoutMs: number;
}

function testApp({ app, driver, clock, eager, timeoutMs }: TestAppParts): TestApp {
  const runUntilIdle = () => driver.untilIdle(timeoutMs);
  const find = async (id: string) => {
    const run = await app.runs.find(id);
    if (run === undefined) throw new HyoshiError("run_not_found", `there is no run '${id}'`, { fields: { id } });
    return run;
  };
  /** Its result is there as soon as it is asked for, or never comes while the clock stands still. */
  const driven = <R extends Pick<SentRun, "id" | "result">>(sent: R): R => ({
    ...sent,
    result: async () => {
      await runUntilIdle();
      return sent.result({ timeoutMs: 0 });
    },
  });
  const send = (async (...given: Parameters<Send>) => {
    const sent = await app.client.send(...given);
    if (eager) await runUntilIdle();
    return driven(sent);
  }) as unknown as Send;
  const sendMany = (async (items: Parameters<SendMany>[0]) => {
    const sent = await app.client.sendMany(items);
    if (eager) await runUntilIdle();
    return sent.map(driven);
  }) as SendMany;
  const advanceTo = async (end: Instant) => {
    if (end < clock.now()) throw invalidTime(new Date(end).toISOString(), "an instant that is not before the clock's");
    for (;;) {
      await driver.fire();
      await runUntilIdle();
      const next = await driver.nextAt();
      if (next === undefined || next > end) break;
      // What is due and was not taken waits for something else than time.
      clock.advanceTo(Math.max(next, clock.now() + 1));
    }
    clock.advanceTo(end);
    await driver.fire();
    await runUntilIdle();
  };
  const connection = app.taskConnections.open("test");
  return {
    send,
    sendMany,
    runUntilIdle,
    async execute(task, input) {
      const sent = driven(await app.client.send(task as AnyTask, input as never));
      return (await sent.result()) as ResultOf<typeof task>;
    },
    now: () => clock.now(),
    advance: async (by) => advanceTo(clock.now() + durationOf(by)),
    advanceTo: async (instant) => advanceTo(instantOf(instant)),
    tick: () => driver.fire(),
    sent: (task) => sentRuns(app, task),
    expectSent: async (task, input, { times } = {}) =>
      assertSent(await sentRuns(app, task), { task: nameOf(task), input, ...(times !== undefined && { times }) }),
    async expectNotSent(task, input) {
      assertSent(await sentRuns(app, task), { task: nameOf(task), input, times: 0 });
    },
    run: async (id) => asSent(await find(id)),
    log: async (id) => (await app.logs.read((await find(id)).id, 0, CHUNKS)).map(({ text }) => text).join(""),
    async cancel(id) {
      await app.runs.cancel({ ids: [(await find(id)).id], by: "test", now: clock.now() });
    },
    db: () => connection.db,
    async close() {
      await driver.stop();
      await app.close();
    },
  };
}

/** The settings, with what belongs to the test's own machine left out. */
async function settingsOf({ tasks = [], periodicTasks = [], apps = [], config: given }: TestAppOptions) {
  const own: AppModules = {
    name: "app",
    tasks: Object.fromEntries(tasks.map((task) => [task.name, task])),
    periodicTasks: { periodicTasks },
  };
  const named = [...apps, ...(tasks.length + periodicTasks.length > 0 ? [own] : [])];
  const workingFolder = process.cwd();
  const surroundings = { env: {}, workingFolder };
  if (typeof given === "string") {
    const { config, problems, load } = await loadConfig({ ...surroundings, library, file: given });
    if (config === undefined) throw invalidConfig(problems, given);
    const { config: plain } = checkConfig({ apps: named }, { ...surroundings, file: null });
    return { config: { ...config, ...inMemory, apps: [...config.apps, ...(plain?.apps ?? [])] }, load };
  }
  const { database: _database, broker: _broker, results: _results, ...settings } = given ?? {};
  const checked = { ...settings, apps: [...(settings.apps ?? []), ...named] };
  const { config, problems } = checkConfig(checked, { ...surroundings, file: null });
  if (config === undefined) throw invalidConfig(problems);
  return { config: { ...config, ...inMemory }, load: createModuleLoader(workingFolder, library) };
}

const inMemory = {
  database: { kind: "sqlite", file: ":memory:" },
  broker: { kind: "database" },
  results: { kind: "none" },
} as const;

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  second: 1_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  week: 604_800_000,
};

function durationOf(by: number | string): number {
  if (typeof by === "number" && Number.isFinite(by) && by >= 0) return Math.round(by);
  const [, count, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*$/.exec(String(by)) ?? [];
  const ms = units[unit] ?? units[`${unit}s`];
  if (count === undefined || ms === undefined)
    throw invalidTime(by, `milliseconds, or a text such as "90 s" or "1 day"`);
  return Math.round(Number(count) * ms);
}

function instantOf(given: Date | Instant | string): Instant {
  const instant = typeof given === "string" ? Date.parse(given) : Number(given);
  if (Number.isFinite(instant)) return instant;
  throw invalidTime(given, "a Date, milliseconds since the epoch, or an ISO text");
}

function invalidTime(given: unknown, accepted: string): HyoshiError {
  return new HyoshiError("invalid_test_time", `the test's time is '${String(given)}': expected ${accepted}`);
}

function invalidPeriodicTask({ name, reason }: { readonly name: string; readonly reason?: unknown }): HyoshiError {
  return new HyoshiError("invalid_periodic_task", `periodic task '${name}' cannot be made: ${JSON.stringify(reason)}`);
}
