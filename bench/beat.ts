/**
 * Beat as its own process, on SQLite and on PostgreSQL: many schedules due at one moment, many spread evenly, two beats and the death of one.
 * A nominal time counts as fired when another connection can read its run, and as begun when a worker's task started. Beside it BullMQ's
 * job schedulers on a Redis of their own, where one is installed or can be.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { eventually } from "../test/support/eventually.ts";
import {
  type BenchProject,
  createBenchProject,
  type DatabaseKind,
  startDurablePostgres,
} from "./support/bench-project.ts";
import { installPeers } from "./support/install-peers.ts";
import { startRedisServer } from "./support/redis-server.ts";
import { type Lateness, latenessOf, median, type Result, report, rounded } from "./support/report.ts";

const TIMES = Number(process.env.HYOSHI_BENCH_TIMES ?? 5);
const DUE = [1_000, 10_000, 100_000];
const BEGUN = [1_000, 10_000];
const A_SECOND = 1_000;
const SPREAD_MS = 15_000;

const now = () => performance.timeOrigin + performance.now();
installPeers();
const server = await startDurablePostgres();
const redis = await startRedisServer();

/** A moment on a full second, after what must still happen before it. */
const moment = (afterMs: number) => Math.ceil((now() + afterMs) / 1_000) * 1_000;

async function withProject<T>(kind: DatabaseKind, measure: (project: BenchProject) => Promise<T>): Promise<T> {
  const project = await createBenchProject(kind, server.url);
  try {
    return await measure(project);
  } finally {
    await project.close();
  }
}

/** All due at one moment, which lies behind the seeding and the start of the services. */
async function dueAtOnce(project: BenchProject, count: number, roles: readonly string[]) {
  const dueAt = moment(5_000 + count / 7);
  await project.seed(count, () => ({ definition: { kind: "clocked", at: dueAt }, nextAt: dueAt }));
  const services = roles.map((role) => project.start(role));
  for (const service of services) await service.says("at work");
  if (now() > dueAt - 1_000) throw new Error(`seeding ${count} took too long`);
  await sleep(dueAt - now());
  return { dueAt, services };
}

/** For each run, how long after its nominal time another connection could read its row. */
async function written(project: BenchProject, count: number, dueAt: number): Promise<number[]> {
  const late: number[] = [];
  const every = count > 10_000 ? 20 : 2;
  while (late.length < count) {
    const seen = await project.number("select coalesce(max(seq), 0) from run_live");
    const at = now();
    while (late.length < Math.min(seen, count)) late.push(at - dueAt);
    if (at > dueAt + 120_000) throw new Error(`only ${seen} of ${count} were fired`);
    await sleep(every);
  }
  const total = await project.number("select count(*) from firing where verdict = 'sent'");
  if (total !== count) throw new Error(`${total} firings were sent, and ${count} were due`);
  return late;
}

async function repeatedly(measure: () => Promise<Lateness>): Promise<Lateness> {
  const all: Lateness[] = [];
  for (let n = 0; n < TIMES; n += 1) all.push(await measure());
  const middle = (of: (one: Lateness) => number) => median(all.map(of));
  return { p50: middle((l) => l.p50), p99: middle((l) => l.p99), max: middle((l) => l.max) };
}

function figures(
  name: string,
  { p50, p99, max }: Lateness,
  count?: number,
  to?: { ms: number; name: string },
): Result[] {
  const ratio = to && { ratio: rounded(to.ms / max, 1), to: to.name };
  return [
    { figure: `${name}: lateness p50`, value: rounded(p50), unit: "ms" },
    { figure: `${name}: lateness p99`, value: rounded(p99), unit: "ms" },
    { figure: `${name}: lateness max`, value: rounded(max), unit: "ms", ...ratio },
    ...(count === undefined
      ? []
      : [{ figure: `${name}: rate`, value: Math.round((count / max) * 1_000), unit: "a second" }]),
  ];
}

const writtenBy = (kind: DatabaseKind, count: number, beats = 1) =>
  repeatedly(() =>
    withProject(kind, async (project) => {
      const { dueAt, services } = await dueAtOnce(project, count, Array(beats).fill("beat"));
      const late = await written(project, count, dueAt);
      for (const service of services) await service.end();
      return latenessOf(late);
    }),
  );

const begunBy = (kind: DatabaseKind, count: number) =>
  repeatedly(() =>
    withProject(kind, async (project) => {
      const { dueAt } = await dueAtOnce(project, count, ["beat", "worker"]);
      await eventually(async () => (await project.number("select count(*) from run_done")) === count, {
        within: 120_000,
        every: 200,
      });
      const rows = await project.rows<{ late: number }>(
        "select started_at - $1 as late from run_done order by started_at",
        dueAt,
      );
      return latenessOf(rows.map((row) => Number(row.late)));
    }),
  );

/** A thousand a second, evenly: each schedule fires every ten seconds at a millisecond of its own. */
async function spread(kind: DatabaseKind, beats: number, killAfterMs?: number): Promise<Lateness> {
  return withProject(kind, async (project) => {
    const count = A_SECOND * 10;
    const base = moment(15_000);
    await project.seed(count, (index) => ({
      definition: { kind: "interval", every: 10, period: "seconds", anchor: base + index },
      nextAt: base + index,
    }));
    const services = Array.from({ length: beats }, () => project.start("beat"));
    for (const service of services) await service.says("at work");
    if (now() > base) throw new Error("the beats were at work too late");
    await sleep(base - now());
    const late: number[] = [];
    let seen = 0;
    let killed = killAfterMs === undefined;
    for (const end = base + SPREAD_MS; now() < end; ) {
      // The sequence is given before the commit; with two beats a smaller one may come later, so the last ones are looked at again.
      const rows = await project.rows<{ seq: number; nominal_at: number }>(
        "select seq, nominal_at from run_live where seq > $1 order by seq",
        seen,
      );
      const at = now();
      for (const row of rows) late.push(at - Number(row.nominal_at));
      seen = Number(rows.at(-1)?.seq ?? seen);
      if (!killed && at > base + (killAfterMs ?? 0)) {
        killed = true;
        await services[0]?.end("SIGKILL");
      }
      await sleep(1);
    }
    if (late.length < (SPREAD_MS / 1_000 - 1) * A_SECOND * 0.9) throw new Error(`only ${late.length} were seen`);
    return latenessOf(late.sort((a, b) => a - b));
  });
}

async function bullmq(count: number): Promise<Lateness | undefined> {
  if (redis === undefined) return undefined;
  return repeatedly(async () => {
    const program = fileURLToPath(new URL("peers/bullmq-scheduler.mjs", import.meta.url));
    const fresh = await startRedisServer();
    if (fresh === undefined) throw new Error("Redis went away");
    try {
      const args = [program, String(fresh.port), String(count), String(moment(4_000 + count / 1.5))];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      const [code] = (await once(child, "close")) as [number | null];
      if (code !== 0) throw new Error(`BullMQ's process ended with ${code}`);
      return JSON.parse(text) as Lateness;
    } finally {
      await fresh.stop();
    }
  });
}

const results: Result[] = [];
try {
  const peers = new Map<number, Lateness>();
  for (const count of BEGUN) {
    const peer = await bullmq(count);
    if (peer === undefined) continue;
    peers.set(count, peer);
    results.push(...figures(`BullMQ, ${count} due at one moment, begun`, peer));
  }
  for (const kind of ["SQLite", "PostgreSQL"] as const) {
    const one = new Map<number, Lateness>();
    for (const count of DUE) {
      const late = await writtenBy(kind, count);
      one.set(count, late);
      results.push(...figures(`${kind}, ${count} due at one moment, written`, late, count));
    }
    for (const count of BEGUN) {
      const peer = peers.get(count);
      const to = peer && { ms: peer.max, name: "sooner than BullMQ's last" };
      results.push(
        ...figures(`${kind}, ${count} due at one moment, begun by one worker`, await begunBy(kind, count), count, to),
      );
    }
    const two = await writtenBy(kind, 10_000, 2);
    const alone = one.get(10_000)?.max ?? Number.NaN;
    results.push({
      figure: `${kind}, 10000 due at one moment, two beats: lateness max`,
      value: rounded(two.max),
      unit: "ms",
      ratio: rounded(two.max / alone, 2),
      to: "one beat's",
    });
    results.push(...figures(`${kind}, ${A_SECOND} a second`, await repeatedly(() => spread(kind, 1))));
    const dead = await repeatedly(() => spread(kind, 2, SPREAD_MS / 2));
    results.push(...figures(`${kind}, ${A_SECOND} a second, one of two beats killed`, dead));
  }
} finally {
  await server.stop();
  await redis?.stop();
}
report(
  "beat",
  { medianOf: TIMES, SQLite: "durability process", PostgreSQL: "fsync on", BullMQ: "Redis without persistence" },
  results,
);
