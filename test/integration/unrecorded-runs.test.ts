import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPostgresDatabase } from "../../src/database/postgres/postgres-database.ts";
import { openSqliteWriter } from "../../src/database/sqlite/open-sqlite.ts";
import { PostgresRunStore } from "../../src/run/postgres/postgres-run-store.ts";
import type { NewRun } from "../../src/run/run.ts";
import type { RunStore } from "../../src/run/run-store.ts";
import { SqliteRunStore } from "../../src/run/sqlite/sqlite-run-store.ts";
import { eventually } from "../support/eventually.ts";
import { createPostgresTestDatabase } from "../support/postgres-database.ts";
import { createTestProject, type TestProject } from "../support/project.ts";

const RUNS = 3_000;

const tasks = `
import { appendFileSync } from "node:fs";
import { task } from "hyoshi";
export const noted = task("app.noted", { record: "none", run: (_, { runId, log }) => {
  log.info("noted");
  appendFileSync(process.env.NOTES, runId + "\\n");
} });
`;

/** What a test sends to and counts in. */
interface Place {
  readonly url: string;
  readonly runs: RunStore;
  count(table: string): Promise<number>;
  close(): Promise<void>;
}

const places: Readonly<Record<string, (project: TestProject) => Promise<Place>>> = {
  async SQLite(project) {
    const url = `sqlite:${project.databaseFile}`;
    expect(await project.run(["migrate"], { DATABASE_URL: url })).toMatchObject({ code: 0 });
    const connection = openSqliteWriter({ file: project.databaseFile, durability: "process" });
    return {
      url,
      runs: new SqliteRunStore(connection),
      count: async (table) => Number(connection.prepare(`select count(*) from ${table}`).pluck().get()),
      close: async () => void connection.close(),
    };
  },
  async PostgreSQL() {
    const { url, drop } = await createPostgresTestDatabase();
    const { hot, close } = await openPostgresDatabase({ url, applicationName: "test" });
    return {
      url,
      runs: new PostgresRunStore(hot),
      async count(table) {
        const { rows } = await hot.query<{ n: number }>({ text: `select count(*)::int as n from ${table}` });
        return rows[0]?.n ?? 0;
      },
      async close() {
        await close();
        await drop();
      },
    };
  },
};

const newRun = (n: number): NewRun => ({
  ...{ id: `run ${n}`, task: "app.noted", payload: { args: [], kwargs: {} }, queue: "default", priority: 5 },
  ...{ options: { record: "none" }, origin: { kind: "api" }, availableAt: Date.now(), queuedAt: Date.now() },
});

describe.each(Object.entries(places))("runs that leave nothing on %s", (_, open) => {
  it("are all executed although their worker is killed among many of them, and are gone afterwards", {
    timeout: 180_000,
  }, async () => {
    const project = createTestProject({ "app/tasks.ts": tasks, notes: "" });
    const place = await open(project);
    const env = { DATABASE_URL: place.url, NOTES: join(project.folder, "notes") };
    const notes = () => readFileSync(env.NOTES, "utf8").split("\n").filter(Boolean);
    try {
      await place.runs.add(Array.from({ length: RUNS }, (_, n) => newRun(n)));
      const first = project.start(["worker"], env);
      await eventually(() => notes().length >= RUNS / 6, { within: 60_000, every: 1 });
      await first.end("SIGKILL");
      const [begun, left] = [notes().length, await place.count("run_live")];
      const second = project.start(["worker"], env);
      await eventually(async () => (await place.count("run_live")) === 0, { within: 120_000 });
      await second.end("SIGTERM");

      const executed = notes();
      expect(new Set(executed).size).toBe(RUNS);
      // What had ended and was not written when the worker died is executed again, and nothing else is.
      const again = executed.length - RUNS;
      console.log(`killed after ${begun} of ${RUNS} runs, ${left} left: ${again} executed twice`);
      expect(again).toBeLessThanOrEqual(begun + left - RUNS);
      for (const table of ["run_done", "attempt", "run_log"]) expect(await place.count(table), table).toBe(0);
    } finally {
      await project.close();
      await place.close();
    }
  });
});
