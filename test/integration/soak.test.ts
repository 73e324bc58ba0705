import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom, uuidv7 } from "../../src/base/random.ts";
import { openPostgresDatabase } from "../../src/database/postgres/postgres-database.ts";
import { PostgresRunStore } from "../../src/run/postgres/postgres-run-store.ts";
import type { NewRun, RecordRule } from "../../src/run/run.ts";
import { patiently } from "../../src/worker/patiently.ts";
import { eventually } from "../support/eventually.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { createTestProject, type Running } from "../support/project.ts";

/** A worker at work for ten minutes: HYOSHI_SOAK_SECONDS makes it shorter, for a try. */
const SOAK_MS = Number(process.env.HYOSHI_SOAK_SECONDS ?? 600) * 1_000;
const SAMPLES = 60;
/** Runs that wait at most: whoever sends is the test's own process, and must not get ahead of a machine that is busy otherwise. */
const MOST_WAITING = 5_000;
/** The pages of a table are counted while the server cleans them up: so much more is no growth. */
const SLACK = { "rss MB": 24, handles: 4, "live MB": 4, "live indexes MB": 4, "done MB": 8, "log MB": 4 };
const SHARE = 1.15;

const tasks = `
import { task } from "hyoshi";
let calls = 0;
export const brief = task("app.brief", { record: "failures", keep: { mostRuns: 500 }, run: (_, { log }) => {
  log.info("at it");
  calls += 1;
  if (calls % 2_000 === 0) throw new Error("one of two thousand");
} });
export const kept = task("app.kept", { keep: { mostRuns: 5_000 }, run: (_, { log }) => {
  log.info("at it");
  return { done: true };
} });
`;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgresServer({ durable: true });
}, 60_000);
afterAll(() => server.stop());

type Sample = Readonly<Record<keyof typeof SLACK, number>>;

interface Load {
  readonly database: string;
  readonly task: string;
  readonly record: RecordRule;
  /** A second; undefined: half of what the worker does where it is filled. */
  readonly rate?: number;
}

async function soak({ database, task, record, rate }: Load) {
  const admin = await openPostgresDatabase({ url: server.url, applicationName: "test" });
  await admin.hot.query({ text: `create database ${database} template template0` });
  await admin.close();
  const env = { DATABASE_URL: server.url.replace(/\/postgres$/, `/${database}`) };
  const project = createTestProject({ "app/tasks.ts": tasks });
  const { hot, close } = await openPostgresDatabase({ url: env.DATABASE_URL, applicationName: "test" });
  const runs = new PostgresRunStore(hot);
  const one = async (text: string) => Number((await hot.query<{ n: number }>({ text })).rows[0]?.n);
  const waiting = () => one("select count(*)::int as n from run_live");
  let sent = 0;
  const send = async (count: number) => {
    const now = systemClock.now();
    const options = record === "all" ? {} : { record };
    const made = Array.from(
      { length: count },
      (): NewRun => ({
        ...{ id: uuidv7(now, systemRandom), task, payload: { args: [], kwargs: {} }, queue: "default", priority: 5 },
        ...{ options, origin: { kind: "api" }, availableAt: now, queuedAt: now },
      }),
    );
    // A machine that is busy otherwise may stop this process for longer than the server waits for it.
    await patiently(
      () => runs.add(made),
      systemClock,
      () => {},
    );
    sent += count;
  };
  try {
    expect(await project.run(["migrate"], env)).toMatchObject({ code: 0 });
    // What is over is removed by beat.
    project.start(["beat"], env);
    const worker = project.start(["worker", "--concurrency", "100"], env);
    await worker.says("worker is at work");
    const perSecond = rate ?? (await speed(send, waiting)) / 2;
    const samples: Sample[] = [];
    const begin = performance.now();
    const before = sent;
    while (performance.now() - begin < SOAK_MS) {
      if (performance.now() - begin > (samples.length * SOAK_MS) / SAMPLES) samples.push(await sampleOf(worker, one));
      const due = Math.floor(((performance.now() - begin) / 1_000) * perSecond) - (sent - before);
      const isBehind = due >= 200 && (await waiting()) > MOST_WAITING;
      // What could not be sent in time is not sent later in one heap.
      if (due >= 200 && !isBehind) await send(Math.min(due, 1_000));
      else await sleep(20);
    }
    const achieved = (sent - before) / ((performance.now() - begin) / 1_000);
    await eventually(async () => (await waiting()) === 0, { within: 120_000 });
    print(`${task}: ${Math.round(achieved)} of ${Math.round(perSecond)} runs a second`, samples);
    const kept = await one("select count(*)::int as n from run_done");
    return { samples, kept, sent };
  } finally {
    await project.close();
    await close();
  }
}

/** How many a second the worker does where it is filled. */
async function speed(send: (count: number) => Promise<void>, waiting: () => Promise<number>): Promise<number> {
  for (let n = 0; n < 30; n += 1) await send(1_000);
  const [first, begin] = [await waiting(), performance.now()];
  await eventually(async () => (await waiting()) < first / 10, { within: 120_000, every: 10 });
  return (first - (await waiting())) / ((performance.now() - begin) / 1_000);
}

async function sampleOf({ child }: Running, one: (text: string) => Promise<number>): Promise<Sample> {
  const mb = (what: string) => one(`select ${what} / 1048576.0 as n`);
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return {
    "rss MB": Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024,
    handles: readdirSync(`/proc/${child.pid}/fd`).length,
    "live MB": await mb("pg_table_size('run_live')"),
    "live indexes MB": await mb("pg_indexes_size('run_live')"),
    "done MB": await mb("pg_total_relation_size('run_done')"),
    "log MB": await mb("(pg_total_relation_size('run_log') + pg_total_relation_size('attempt'))"),
  };
}

const columns = Object.keys(SLACK) as (keyof typeof SLACK)[];
const most = (samples: readonly Sample[], column: keyof typeof SLACK) =>
  Math.max(...samples.map((sample) => sample[column]));
const thirds = (samples: readonly Sample[]) => {
  const third = Math.floor(samples.length / 3);
  return [samples.slice(0, third), samples.slice(third, 2 * third), samples.slice(2 * third)] as const;
};

function print(title: string, samples: readonly Sample[]): void {
  const cells = (name: string, values: readonly (string | number)[]) =>
    [name.padEnd(14), ...values.map((value) => String(value).padStart(16))].join("");
  const lines = thirds(samples).map((part, n) =>
    cells(
      `third ${n + 1}, most`,
      columns.map((column) => most(part, column).toFixed(1)),
    ),
  );
  const every = Math.max(1, Math.floor(samples.length / 12));
  const rows = samples.flatMap((sample, n) =>
    n % every === 0
      ? [
          cells(
            `${Math.round((n * SOAK_MS) / SAMPLES / 1_000)} s`,
            columns.map((column) => sample[column].toFixed(1)),
          ),
        ]
      : [],
  );
  console.log([title, cells("", columns), ...rows, ...lines].join("\n"));
}

/** The server looks once a minute what it has to clean up: in a shorter time nothing is flat yet, and nothing is judged. */
const JUDGED_FROM_MS = 360_000;

/** After a third to warm up, the last third is no larger than the middle one. */
function expectFlat(samples: readonly Sample[]): void {
  if (SOAK_MS < JUDGED_FROM_MS) {
    console.log("too short to tell whether it is flat");
    return;
  }
  const [, middle, last] = thirds(samples);
  for (const column of columns) {
    const bound = most(middle, column) * SHARE + SLACK[column];
    expect(most(last, column), `${column} in the last third`).toBeLessThanOrEqual(bound);
  }
}

const timeout = SOAK_MS + 420_000;

it("stays flat at half of its speed where only failures are kept", { timeout }, async () => {
  const { samples, kept, sent } = await soak({ database: "soak_brief", task: "app.brief", record: "failures" });
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThanOrEqual(Math.ceil(sent / 2_000));
  expectFlat(samples);
});

it("stays flat at 1,000 runs a second that are kept, and removed by retention", { timeout }, async () => {
  const load = { database: "soak_kept", task: "app.kept", record: "all", rate: 1_000 } as const;
  const { samples, kept, sent } = await soak(load);
  expect(kept).toBeLessThan(sent);
  expectFlat(samples);
});
