import { setTimeout as sleep } from "node:timers/promises";
import { systemActor } from "../../src/account/permission.ts";
import type { App } from "../../src/app/app.ts";
import { HyoshiError } from "../../src/base/error.ts";
import type { PeriodicTaskInput } from "../../src/catalog/periodic-task-check.ts";
import type { ScheduleInput } from "../../src/catalog/schedule-check.ts";
import type { Running } from "./project.ts";
import type { ShiftedClock } from "./shifted-clock.ts";

/** What a history may do to the processes, the server and the clock. */
export interface HistoryWorld {
  readonly app: App;
  readonly roles: readonly string[];
  readonly processes: Running[];
  readonly start: (role: string) => Running;
  readonly clock: ShiftedClock;
  /** PostgreSQL alone: ends the server as a crash would and starts it again; ends its connections. */
  readonly crashServer?: () => Promise<void>;
  readonly cutConnections?: () => Promise<void>;
}

const by = systemActor("history");
/** A time that was to come has passed while the database was away. */
const tooLate = ["invalid"];
const TASKS = 5;
const pick = <T>(random: () => number, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
const between = (random: () => number, least: number, most: number) =>
  least + Math.floor(random() * (most - least + 1));

/**
 * One history: some periodic tasks with schedules and policies of chance live for a few seconds, while processes are killed and stopped, connections
 * are cut, the server crashes, the clock jumps, and people edit, pause and switch. At its end they are disabled; whoever audits finds their
 * firings and runs. Answers the ids of the periodic tasks, and what happened in words.
 */
export async function liveHistory(world: HistoryWorld, name: string, random: () => number) {
  const told: string[] = [];
  const { editor } = world.app.catalog;
  const ids: number[] = [];
  for (let n = 0; n < TASKS; n += 1) {
    const save = () => editor.save(somePeriodicTask(random, `${name}, ${n}`, world.app.clock.now()), undefined, by);
    let made = await patiently(save, tooLate);
    while (made === undefined) made = await patiently(save, tooLate);
    ids.push(made.id);
  }
  const events = between(random, 2, 5);
  for (let n = 0; n < events; n += 1) {
    await sleep(between(random, 50, 600));
    told.push(await someEvent(world, ids, random));
  }
  await sleep(between(random, 100, 900));
  for (const id of ids) await patiently(() => editor.setEnabled(id, false, by));
  return { ids, told };
}

function somePeriodicTask(random: () => number, name: string, now: number): PeriodicTaskInput {
  const schedules = Array.from({ length: random() < 0.2 ? 2 : 1 }, () => someSchedule(random, now));
  return {
    name,
    task: pick(random, ["app.brief", "app.brief", "app.slow", "app.fails"]),
    schedules,
    tags: [pick(random, ["odd", "even"])],
    overlap: pick(random, ["allow", "allow", "skip", "queue", "replace"]),
    overlapLimit: pick(random, [null, null, 2]),
    endAfterRuns: random() < 0.1 ? 2 : null,
    disableAfterFailures: random() < 0.2 ? 2 : null,
    holdOnError: random() < 0.1,
  };
}

function someSchedule(random: () => number, now: number): ScheduleInput & Readonly<Record<string, unknown>> {
  const isClocked = random() < 0.15;
  const policies = {
    zone: "UTC",
    misfire: pick(random, ["skip", "latest", "all"] as const),
    catchUpCap: pick(random, [null, 2]),
    jitterMs: pick(random, [null, null, 300]),
    endsAt: isClocked || random() < 0.9 ? null : now + between(random, 3_000, 5_000),
  };
  if (isClocked) return { kind: "clocked", at: now + between(random, 300, 3_000), ...policies };
  return {
    kind: "interval",
    every: pick(random, [1, 1, 2]),
    period: "seconds",
    anchor: now + between(random, 0, 999),
    ...policies,
  };
}

async function someEvent(world: HistoryWorld, ids: readonly number[], random: () => number): Promise<string> {
  const { app, roles, processes } = world;
  const { editor, pauses } = app.catalog;
  const victim = between(random, 0, roles.length - 1);
  const role = `${roles[victim]} ${victim}`;
  const id = pick(random, ids);
  const chance = random();
  if (chance < 0.3) {
    await processes[victim]?.end("SIGKILL");
    processes[victim] = world.start(roles[victim] ?? "beat");
    return `killed ${role}`;
  }
  if (chance < 0.42) {
    const ms = between(random, 100, 1_500);
    processes[victim]?.child.kill("SIGSTOP");
    await sleep(ms);
    processes[victim]?.child.kill("SIGCONT");
    return `stopped ${role} for ${ms} ms`;
  }
  if (chance < 0.6) {
    const task = await patiently(() => app.periodicTasks.find(id, app.clock.now()));
    if (task === undefined) return "looked in vain";
    const input = somePeriodicTask(random, task.name, app.clock.now());
    const [first, ...others] = input.schedules ?? [];
    const schedules = [{ ...first, id: task.schedules[0]?.id }, ...others];
    await patiently(
      () => editor.save({ ...input, schedules }, { id, version: task.version }, by),
      ["stale_version", ...tooLate],
    );
    return `edited ${task.name}`;
  }
  if (chance < 0.7) {
    const enabled = random() < 0.5;
    await patiently(() => editor.setEnabled(id, enabled, by));
    return `${enabled ? "enabled" : "disabled"} ${id}`;
  }
  if (chance < 0.8) {
    const target = random() < 0.5 ? { scope: "periodic-task", scopeId: String(id) } : { scope: "tag", scopeId: "odd" };
    const untilAt = app.clock.now() + between(random, 500, 2_000);
    await patiently(() =>
      pauses.begin(target as Parameters<typeof pauses.begin>[0], { reason: "history", untilAt }, by),
    );
    return `paused ${target.scope} ${target.scopeId}`;
  }
  if (chance < 0.88) return await shiftClock(world, random);
  if (chance < 0.96 && world.cutConnections !== undefined) {
    await world.cutConnections();
    return "cut the connections";
  }
  if (world.crashServer !== undefined) {
    await world.crashServer();
    return "crashed the server";
  }
  await Promise.all(processes.map((one) => one.end("SIGKILL")));
  for (const [index, one] of roles.entries()) processes[index] = world.start(one);
  return "killed all";
}

/** Nobody edits meanwhile: a clock belongs to a host, and who edits shares it. */
async function shiftClock({ clock }: HistoryWorld, random: () => number): Promise<string> {
  const ms = pick(random, [365 * 86_400_000, 3_600_000, 90_000, 5_000, -3_600_000, -90_000, -5_000]);
  const forMs = between(random, 200, 1_200);
  clock.shift(ms);
  await sleep(forMs);
  clock.shift(0);
  return `shifted the clock by ${ms} ms for ${forMs} ms`;
}

/** Tries again while the database is away or busy. What the product refuses is final, but for the codes in `accepted`. */
export async function patiently<T>(act: () => Promise<T>): Promise<T>;
/** Answers undefined where it is refused with a code that is `accepted`. */
export async function patiently<T>(act: () => Promise<T>, accepted: readonly string[]): Promise<T | undefined>;
export async function patiently<T>(act: () => Promise<T>, accepted: readonly string[] = []): Promise<T | undefined> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof HyoshiError && accepted.includes(error.code)) return undefined;
      const final = error instanceof HyoshiError && !error.code.startsWith("database_");
      if (final || performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
