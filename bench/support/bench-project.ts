import { systemClock } from "../../src/base/clock.ts";
import { Notices } from "../../src/database/postgres/notices.ts";
import { openPostgresDatabase } from "../../src/database/postgres/postgres-database.ts";
import { PostgresPool } from "../../src/database/postgres/postgres-pool.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/sqlite-database.ts";
import type { PeriodicTaskStore } from "../../src/ledger/periodic-task-store.ts";
import { SqlPeriodicTaskStore } from "../../src/ledger/sql/sql-periodic-task-store.ts";
import { startPostgresServer } from "../../test/support/postgres-server.ts";
import { builtMain, createTestProject, type Running } from "../../test/support/project.ts";

export type DatabaseKind = "SQLite" | "PostgreSQL";

export interface SeededSchedule {
  readonly definition: object;
  readonly nextAt: number;
  /** Default: right before the next one. More than a minute ahead of now a beat takes it for the work of a clock that was ahead. */
  readonly accountedTo?: number;
}

/** A user's project on one of the databases, with a connection of the benchmark's own to it. */
export interface BenchProject {
  readonly kind: DatabaseKind;
  /** Starts a service of the built program. */
  start(role: string): Running;
  /** Rows of a statement, whose values are `$1`, `$2` …; numbers come back as numbers. */
  rows<T>(text: string, ...values: readonly unknown[]): Promise<T[]>;
  /** The first column of the first row. */
  number(text: string, ...values: readonly unknown[]): Promise<number>;
  /** Writes periodic tasks with one schedule each by plain statements, as the catalog would leave them. */
  seed(count: number, schedule: (index: number) => SeededSchedule): Promise<void>;
  readonly store: PeriodicTaskStore;
  close(): Promise<void>;
}

const tasks = 'import { task } from "hyoshi";\nexport const noop = task("app.noop", { run: () => {} });\n';

/** A PostgreSQL server of its own for a whole benchmark; it waits for the disk. */
export const startDurablePostgres = () => startPostgresServer({ durable: true });

export async function createBenchProject(kind: DatabaseKind, postgresUrl: string): Promise<BenchProject> {
  return kind === "SQLite" ? onSqlite() : onPostgres(postgresUrl);
}

async function migrated(env: Readonly<Record<string, string>>) {
  const project = createTestProject({ "app/tasks.ts": tasks }, { main: builtMain });
  const { code, stderr } = await project.run(["migrate"], env);
  if (code !== 0) throw new Error(stderr);
  return project;
}

async function onSqlite(): Promise<BenchProject> {
  const project = await migrated({});
  const database = openSqliteDatabase({ file: project.databaseFile, durability: "process" });
  const { hot } = database;
  const rows = async <T>(text: string, ...values: readonly unknown[]) => {
    const statement = hot.prepare(text.replaceAll(/\$\d+/g, "?"));
    if (statement.reader) return statement.all(...values) as T[];
    statement.run(...values);
    return [];
  };
  return {
    kind: "SQLite",
    start: (role) => project.start([role]),
    rows,
    number: async (text, ...values) => Number(Object.values((await rows<object>(text, ...values))[0] ?? {})[0]),
    store: storeOn(database.db),
    async seed(count, schedule) {
      const insert = (table: string, columns: string) =>
        hot.prepare(`insert into ${table} (${columns}) values (${columns.replaceAll(/\w+/g, "?")})`);
      const [tasks, schedules, revisions, cursors] = seedColumns.map(([table, columns]) => insert(table, columns));
      hot.transaction(() => {
        for (let index = 0; index < count; index += 1) {
          const values = seedValues(index + 1, schedule(index));
          tasks?.run(...values[0]);
          schedules?.run(...values[1]);
          revisions?.run(...values[2]);
          cursors?.run(...values[3]);
        }
      })();
      hot.exec("analyze");
    },
    async close() {
      await project.close().catch(() => {});
      await database.close();
    },
  };
}

async function onPostgres(serverUrl: string): Promise<BenchProject> {
  const name = `bench_${process.pid}_${Math.floor(performance.now())}`;
  const url = serverUrl.replace(/\/postgres$/, `/${name}`);
  // Sessions as the server makes them: without time-outs, and planned like anybody's.
  const { driver, close: closeServer } = await openPostgresDatabase({ url: serverUrl, applicationName: "bench" });
  const plain = (address: string) =>
    new PostgresPool(driver, { url: address, applicationName: "bench" }, { most: 2, session: {} });
  const server = plain(serverUrl);
  await server.query({ text: `create database ${name} template template0` });
  const env = { DATABASE_URL: url };
  const project = await migrated(env);
  const database = await openPostgresDatabase({ url, applicationName: "bench" });
  const pool = plain(url);
  const notices = new Notices({ ...database, clock: systemClock, heard: () => {} });
  const rows = async <T>(text: string, ...values: readonly unknown[]) =>
    (await pool.query<T>({ text, values: [...values] })).rows as T[];
  return {
    kind: "PostgreSQL",
    start: (role) => project.start([role], env),
    rows,
    number: async (text, ...values) => Number(Object.values((await rows<object>(text, ...values))[0] ?? {})[0]),
    store: storeOn(database.db, () => notices.tell("schedules")),
    async seed(count, schedule) {
      for (let from = 0; from < count; from += 5_000) {
        const some = Array.from({ length: Math.min(5_000, count - from) }, (_, index) => {
          return seedValues(from + index + 1, schedule(from + index));
        });
        for (const [part, [table, columns]] of seedColumns.entries()) {
          const names = columns.split(", ");
          const arrays = names.map((_, column) => some.map((values) => values[part]?.[column]));
          const types = names.map((name, column) => `$${column + 1}::${seedTypes[name] ?? "text"}[]`);
          await rows(`insert into ${table} (${columns}) select * from unnest(${types.join(", ")})`, ...arrays);
        }
      }
      for (const [table] of seedColumns) await rows(`analyze ${table}`);
    },
    async close() {
      await project.close().catch(() => {});
      await notices.close();
      await pool.close();
      await database.close();
      await server.query({ text: `drop database if exists ${name} with (force)` });
      await server.close();
      await closeServer();
    },
  };
}

function storeOn(
  db: ConstructorParameters<typeof SqlPeriodicTaskStore>[0]["db"],
  tell?: () => void,
): PeriodicTaskStore {
  let uids = 0;
  return new SqlPeriodicTaskStore({ db, uid: () => `edit-${++uids}`, ...(tell && { tell }) });
}

const seedColumns = [
  ["periodic_task", "id, uid, name, task, input, options, tags, description, enabled, created_at, updated_at, version"],
  ["schedule", "id, uid, periodic_task_id, name, definition, zone, misfire, enabled, version"],
  ["schedule_revision", "schedule_id, version, definition, zone, from_at, tz_version"],
  ["schedule_cursor", "schedule_id, version, next_at, accounted_from, accounted_to"],
] as const;

const seedTypes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    "id enabled created_at updated_at version periodic_task_id from_at schedule_id next_at accounted_from accounted_to"
      .split(" ")
      .map((name) => [name, "bigint"]),
  ),
  ...Object.fromEntries("input options tags definition".split(" ").map((name) => [name, "json"])),
};

/** The values of {@link seedColumns}. */
function seedValues(id: number, { definition, nextAt, accountedTo = nextAt - 1 }: SeededSchedule) {
  const now = Date.now();
  const text = JSON.stringify(definition);
  const name = `bench ${String(id).padStart(7, "0")}`;
  const input = '{"args":[],"kwargs":{}}';
  return [
    [id, `bench-task-${id}`, name, "app.noop", input, '{"overlap":"allow"}', "[]", "", 1, now, now, 1],
    [id, `bench-schedule-${id}`, id, "", text, "UTC", "latest", 1, 1],
    [id, 1, text, "UTC", now, "bench"],
    // Nothing before the next time is left to account for.
    [id, 1, nextAt, Math.min(now, accountedTo), accountedTo],
  ] as const;
}
