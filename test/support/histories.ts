import { sql } from "kysely";
import { afterEach, expect, it } from "vitest";
import type { App } from "../../src/app/app.ts";
import { loadConfig } from "../../src/app/config-load.ts";
import { library } from "../../src/app/library.ts";
import { openMigratedApp } from "../../src/app/open-app.ts";
import { eventually } from "./eventually.ts";
import { type HistoryWorld, liveHistory, patiently } from "./history.ts";
import { makeTables } from "./make-tables.ts";
import { type PostgresServer, startPostgresServer } from "./postgres-server.ts";
import { createTestProject, type Running, type TestProject } from "./project.ts";
import { seededRandom } from "./seeded-random.ts";
import { createShiftedClock, type ShiftedClock } from "./shifted-clock.ts";

const long = process.env.HYOSHI_LONG === "1";
const histories = Number(process.env.HYOSHI_HISTORIES ?? (long ? 1_000 : 10));
const roles = ["beat", "worker", "beat", "worker"];

const files = {
  "app/tasks.ts": `
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
export const brief = task("app.brief", { run: async () => { await sleep(Math.random() * 40); } });
export const slow = task("app.slow", { run: async (_input, { signal }) => { await sleep(900, undefined, { signal }); } });
export const fails = task("app.fails", { run: () => { if (Math.random() < 0.5) throw new Error("as it happens"); } });
`,
};

let project: TestProject;
let server: PostgresServer | undefined;
let clock: ShiftedClock;
let app: App;
afterEach(async () => {
  await project.close();
  await app?.close();
  await server?.stop();
  server = undefined;
  clock.remove();
});

async function createWorld(kind: "SQLite" | "PostgreSQL"): Promise<HistoryWorld> {
  clock = await createShiftedClock();
  project = createTestProject(files);
  let address: Readonly<Record<string, string>> = {};
  if (kind === "PostgreSQL") {
    server = await startPostgresServer({ env: clock.env });
    address = { DATABASE_URL: server.url };
  }
  const env = { ...clock.env, ...address };
  if (kind === "PostgreSQL") expect(await project.run(["migrate"], env)).toMatchObject({ code: 0 });
  else await makeTables(project.databaseFile);
  const { config, load } = await loadConfig({ workingFolder: project.folder, env: address, library });
  if (config === undefined) throw new Error("the project's settings are wrong");
  app = await openMigratedApp({ config, load, withApps: true });
  const start = (role: string) => project.start([role], env);
  const processes: Running[] = roles.map(start);
  await Promise.all(processes.map((one) => one.says("at work")));
  const postgres = server;
  return {
    app,
    roles,
    processes,
    start,
    clock,
    ...(postgres !== undefined && {
      async crashServer() {
        await postgres.kill();
        await postgres.start();
      },
      async cutConnections() {
        const others = sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
        await patiently(() => others.execute(app.database.db));
      },
    }),
  };
}

/** How many rows there are of a statement's. */
async function count(statement: ReturnType<typeof sql<{ n: number }>>): Promise<number> {
  const { rows } = await patiently(() => statement.execute(app.database.reader));
  return Number(rows[0]?.n);
}

/** Whatever is killed, stopped, cut and shifted while people edit: afterwards the audit finds nothing, and every sent firing has its finished run. */
export function itSurvivesHistories(kind: "SQLite" | "PostgreSQL"): void {
  it(
    `the ledger and the runs agree after ${histories} random histories of crashes, jumping clocks and edits`,
    async () => {
      const seed = Number(process.env.HYOSHI_SEED ?? Math.floor(Math.random() * 1_000_000));
      console.log(`seed ${seed} (HYOSHI_SEED), ${kind}`);
      const world = await createWorld(kind);
      const told: string[] = [];
      for (let n = 0; n < histories; n += 1) {
        const history = await liveHistory(world, `history ${n}`, seededRandom(seed + n));
        told.push(`history ${n} (${history.ids.join(", ")}): ${history.told.join("; ")}`);
        for (const [index, one] of world.processes.entries()) {
          const { exitCode, signalCode } = one.child;
          expect(exitCode ?? signalCode, `${roles[index]} ended by itself after ${told.at(-1)}:\n${one.output()}`).toBe(
            null,
          );
        }
        if (n % 50 === 49) console.log(`${n + 1} histories`);
      }
      const left = sql<object>`select id, task, state, lock_key, queued_at, available_at, expires_at, abandon_at, process_id, claim,
      attempt_started_at, cancel_requested_at from run_live`;
      let runs: readonly object[] = [];
      const isQuiet = async () => {
        runs = (await patiently(() => left.execute(app.database.reader))).rows;
        return runs.length === 0;
      };
      await eventually(isQuiet, {
        // A beat may hold its fire for a minute when its clock has jumped.
        within: 180_000,
        every: 200,
        what: () =>
          `every run to end: ${JSON.stringify(runs)}\n${told.join("\n")}\n${world.processes.map((one) => one.output()).join("\n")}`,
      });
      await Promise.all(world.processes.map((one) => one.end("SIGTERM")));

      const audit = await project.run(["ledger", "audit", "--json"], server ? { DATABASE_URL: server.url } : {});
      expect(audit.stderr).toBe("");
      expect(JSON.parse(audit.stdout), told.join("\n")).toMatchObject({ errors: 0, findings: [] });
      const orphans = sql<{ n: number }>`select count(*) as n from firing where verdict = 'sent'
        and not exists (select 1 from run_done where run_done.id = firing.run_id)`;
      expect(await count(orphans)).toBe(0);
      expect(await count(sql`select count(*) as n from firing where verdict = 'held'`)).toBe(0);
      expect(await count(sql`select count(*) as n from firing where verdict = 'sent'`)).toBeGreaterThan(histories);
      console.log(await report());
    },
    long ? 4 * 3_600_000 : 300_000,
  );
}

/** What became of the nominal times, and of the runs. */
async function report(): Promise<string> {
  const { reader } = app.database;
  const verdicts = await sql<{ verdict: string; reason: string; n: number }>`
    select verdict, reason, count(*) as n from firing group by verdict, reason order by n desc`.execute(reader);
  const states = await sql<{ state: string; n: number }>`
    select state, count(*) as n from run_done group by state order by n desc`.execute(reader);
  return [
    ...verdicts.rows.map(({ verdict, reason, n }) => `${n} ${verdict} (${reason})`),
    ...states.rows.map(({ state, n }) => `${n} runs ${state}`),
  ].join(", ");
}
