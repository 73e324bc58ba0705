import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { App } from "../../src/app/app.ts";
import { loadConfig } from "../../src/app/config-load.ts";
import { library } from "../../src/app/library.ts";
import { openMigratedApp } from "../../src/app/open-app.ts";
import { LOST_ATTEMPTS_LIMIT } from "../../src/run/run-options.ts";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/project.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { liveWorkerHistory, type WorkerHistoryWorld } from "../support/worker-history.ts";
import { createWorkerProject, type WorkerProject } from "../support/worker-project.ts";

const long = process.env.HYOSHI_LONG === "1";
const histories = Number(process.env.HYOSHI_HISTORIES ?? (long ? 500 : 20));
/** Histories that live at the same time, on the same workers. Then all of their runs have to end. */
const ATONCE = 6;

const tasks = `
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";

// What really began, whatever the database says.
const note = ({ runId, attempt }) => appendFileSync("begun.txt", runId + "\\t" + attempt + "\\n");
const define = (name, options, run) => task(name, { ...options, run: (_input, context) => { note(context); return run(context); } });

export const brief = define("app.brief", {}, () => sleep(Math.random() * 20));
export const slow = define("app.slow", {}, ({ signal }) => sleep(700, undefined, { signal }));
export const fails = define("app.fails", { retry: { limit: 2, delayMs: 50 } }, () => { if (Math.random() < 0.5) throw new Error("as it happens"); });
export const waits = define("app.waits", { timeLimitMs: 800, pool: "loop" }, ({ signal }) => sleep(60_000, undefined, { signal }));
export const computes = define("app.computes", { timeLimitMs: 300, pool: "processes" }, () => { for (;;); });
export const crashes = define("app.crashes", { pool: "processes" }, () => { if (Math.random() < 0.5) process.exit(1); });
export const poison = define("app.poison", {}, () => process.kill(process.pid, "SIGKILL"));
`;

let at: WorkerProject;
let app: App | undefined;
let burying: NodeJS.Timeout;
beforeEach(async () => {
  at = await createWorkerProject({ "app/tasks.ts": tasks });
  // A lease takes ten seconds to end, and no longer than that is gained by waiting for it.
  burying = setInterval(buryTheDead, 250);
});
afterEach(async () => {
  clearInterval(burying);
  await app?.close();
  app = undefined;
  await at.close();
});

function buryTheDead(): void {
  const rows = at.db
    .prepare<[], { id: number; pid: number }>("select id, pid from process where lease_until > 0")
    .all();
  for (const { id, pid } of rows) {
    if (!isAlive(pid)) at.db.prepare("update process set lease_until = 0 where id = ?").run(id);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a process is, and who has started it. */
function aboutProcess(pid: string): string {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return `${pid} of ${parent} (${command.trim()})`;
  } catch {
    return pid;
  }
}

/** The processes that work in the project's folder. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder && Number(pid) !== process.pid;
    } catch {
      return false;
    }
  });
}

/** How often each attempt of each run has really begun. */
function begun(): Map<string, Map<number, number>> {
  const counts = new Map<string, Map<number, number>>();
  for (const line of readFileSync(join(at.project.folder, "begun.txt"), "utf8").split("\n").slice(0, -1)) {
    const [id = "", attempt = ""] = line.split("\t");
    const ofRun = counts.get(id) ?? new Map<number, number>();
    counts.set(id, ofRun);
    ofRun.set(Number(attempt), (ofRun.get(Number(attempt)) ?? 0) + 1);
  }
  return counts;
}

/** The attempts that ended without ending their run, in order, with the claim that each was made under. */
const attemptsOf = (id: string) =>
  at.db
    .prepare<[string], { number: number; claim: number; outcome: string }>(
      "select number, claim, outcome from attempt where run_id = ? and outcome <> 'late' order by number, claim",
    )
    .all(id);

const nothingIsLive = () => at.db.prepare("select 1 from run_live limit 1").get() === undefined;

/** For whoever asks why a run does not end. */
function whatIsThere(world: WorkerHistoryWorld): string {
  const looks = ["select * from run_live order by seq limit 20", "select * from process", "select * from pause"];
  return [
    ...looks.flatMap((sql) => [
      sql,
      ...at.db
        .prepare(sql)
        .all()
        .map((row) => JSON.stringify(row)),
    ]),
    ...world.workers.map((one, index) => `${names[index]}:\n${one.output().split("\n").slice(-25).join("\n")}`),
  ].join("\n");
}

const names = ["one", "two"];
async function createWorld(): Promise<WorkerHistoryWorld> {
  const { config, load } = await loadConfig({ workingFolder: at.project.folder, env: {}, library });
  if (config === undefined) throw new Error("the project's settings are wrong");
  app = await openMigratedApp({ config, load, withApps: true });
  const start = (index: number): Running =>
    at.project.start(
      [
        ...["worker", "--name", names[index] ?? "", "--grace", "2"],
        ...(index === 0 ? [] : ["--pool", "processes", "--concurrency", "2"]),
      ],
      undefined,
      { supervised: true },
    );
  const workers = names.map((_name, index) => start(index));
  await Promise.all(workers.map((one) => one.says("at work")));
  const restarted = names.map(() => Promise.resolve());
  const restart: WorkerHistoryWorld["restart"] = (index, signal) => {
    const next = (restarted[index] ?? Promise.resolve()).then(async () => {
      await workers[index]?.end(signal);
      workers[index] = start(index);
    });
    restarted[index] = next;
    return next;
  };
  return { at, app, workers, restart, names, kills: 0 };
}

it(`brings every run to its end with the attempts that its claims allow, in ${histories} histories of kills, time-outs, cancels, drains and floods`, {
  timeout: 120_000 + histories * 15_000,
}, async () => {
  const world = await createWorld();
  const first = Number(process.env.HYOSHI_SEED ?? 1);
  const ids: string[] = [];
  for (let batch = first; batch < first + histories; batch += ATONCE) {
    const seeds = Array.from({ length: Math.min(ATONCE, first + histories - batch) }, (_none, index) => batch + index);
    const lived = await Promise.all(seeds.map((seed) => liveWorkerHistory(world, seededRandom(seed))));
    // A calm follows, in which whoever is left does what is left: while one kill follows the other, a slow machine ends nothing.
    await eventually(nothingIsLive, { within: 120_000, every: 50, what: () => "all runs to end" }).catch((error) => {
      const told = lived.map((one, index) => `history ${seeds[index]}: ${one.told.join("; ")}`);
      throw new Error([...told, whatIsThere(world)].join("\n"), { cause: error });
    });
    ids.push(...lived.flatMap((one) => one.ids));
  }

  const really = begun();
  let twice = 0;
  for (const id of ids) {
    const run = await at.find(id);
    const attempts = attemptsOf(id);
    const told = `${id}: ${run.state} after ${run.attempt}, ${JSON.stringify(attempts)}`;
    // Each number once, each under a claim of its own, and none beyond what the run counts.
    expect(new Set(attempts.map(({ number }) => number)).size, told).toBe(attempts.length);
    expect(
      [...attempts].sort((a, b) => a.claim - b.claim),
      told,
    ).toEqual(attempts);
    expect(
      attempts.every(({ number }) => number <= run.attempt),
      told,
    ).toBe(true);
    expect(attempts.filter(({ outcome }) => outcome === "lost").length, told).toBeLessThanOrEqual(LOST_ATTEMPTS_LIMIT);
    const ofRun = really.get(id) ?? new Map<number, number>();
    for (const [number, count] of ofRun) {
      // What was killed in its first moment is not charged, and one more number may stand for it.
      expect(number, told).toBeLessThanOrEqual(run.attempt + 1);
      twice += count - 1;
    }
    if (run.state === "succeeded") expect(ofRun.get(run.attempt), told).toBeGreaterThanOrEqual(1);
  }
  // An attempt has begun twice only where a kill, or a run that was ended by force, came before its beginning was noted.
  expect(twice).toBeLessThanOrEqual(world.kills * 12);
  console.log(`${histories} histories, ${ids.length} runs, ${world.kills} kills, ${twice} uncharged beginnings`);

  await Promise.all(world.workers.map((one) => one.says("at work")));
  expect(await Promise.all(world.workers.map((one) => one.end("SIGTERM")))).toEqual(names.map(() => 0));
  const { folder } = at.project;
  await eventually(() => processesOf(folder).length === 0, {
    what: () => `the end of ${processesOf(folder).map(aboutProcess).join(", ")}`,
  });
});

it("charges a poisonous run among 500 reserved ones, and no other", { timeout: 180_000 }, async () => {
  const ids = await at.sendAll(
    Array.from({ length: 500 }, (_none, index) => [index === 150 ? "app.poison" : "app.brief"] as const),
  );
  at.project.start(["worker", "--concurrency", "1"], undefined, { supervised: true });
  await eventually(nothingIsLive, { within: 150_000, every: 50, what: () => "all runs to end" });
  const runs = await Promise.all(ids.map((id) => at.find(id)));
  const charged = runs.filter(({ attempt }) => attempt > 1);
  expect(charged.map(({ task }) => task)).toEqual(["app.poison"]);
  expect(charged[0]).toMatchObject({ state: "lost", attempt: LOST_ATTEMPTS_LIMIT });
  expect(runs.filter(({ state }) => state === "succeeded")).toHaveLength(499);
});
