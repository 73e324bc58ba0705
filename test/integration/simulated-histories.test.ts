import { expect, it } from "vitest";
import type { Instant } from "../../src/base/clock.ts";
import type { PeriodicTaskDraft, ScheduleDraft } from "../../src/ledger/periodic-task-store.ts";
import { openTestDatabase } from "../support/database.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { by, Simulation } from "../support/simulation.ts";

const long = process.env.HYOSHI_LONG === "1";
const histories = Number(process.env.HYOSHI_HISTORIES ?? (long ? 5_000 : 200));
/** One after the other on one database, since making one takes longer than a history. */
const ON_ONE = 20;
const STEPS = 40;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A week before Europe's clocks go forward. */
const epoch: Instant = Date.UTC(2027, 2, 22);

type Random = () => number;
const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
const between = (random: Random, least: number, most: number) => least + Math.floor(random() * (most - least + 1));
const maybe = <T>(random: Random, chance: number, value: () => T): T | null => (random() < chance ? value() : null);

const tasks: Readonly<Record<string, { durationMs: number; fails?: boolean; isStubborn?: boolean }>> = {
  "app.quick": { durationMs: 1_000 },
  "app.slow": { durationMs: 40 * minute },
  "app.stubborn": { durationMs: 3 * hour, isStubborn: true },
  "app.fails": { durationMs: 1_000, fails: true },
};

function someSchedule(random: Random): ScheduleDraft {
  const expression = pick(random, ["*/10 * * * *", "0 * * * *", "30 2 * * *", "15,45 1-3 * * *", "0 9 * * 1-5"]);
  const every = between(random, 5, 90);
  return {
    name: "",
    definition: random() < 0.5 ? { kind: "crontab", expression } : { kind: "interval", every, period: "minutes" },
    zone: pick(random, ["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
    input: maybe(random, 0.3, () => ({ a: between(random, 1, 2) })),
    enabled: random() < 0.9,
    gap: pick(random, ["default", "after", "skip"]),
    fold: pick(random, ["default", "first", "second", "both"]),
    calendar: maybe(random, 0.3, () => ({ id: 1, rule: pick(random, ["skip", "previous", "next"]) })),
    misfire: pick(random, ["skip", "latest", "all"]),
    catchUpWindowMs: maybe(random, 0.3, () => between(random, 1, 30) * hour),
    catchUpCap: maybe(random, 0.5, () => between(random, 1, 20)),
    jitterMs: maybe(random, 0.3, () => between(random, 1, 20) * minute),
  };
}

function somePeriodicTask(random: Random, name: string): PeriodicTaskDraft {
  const endAfterRuns = maybe(random, 0.2, () => between(random, 1, 15));
  const expiresMs = maybe(random, 0.3, () => between(random, 5, 200) * minute);
  const abandonAfterMs = maybe(random, 0.2, () => between(random, 10, 100) * minute);
  const disableAfterFailures = maybe(random, 0.2, () => between(random, 1, 4));
  return {
    name,
    task: pick(random, Object.keys(tasks)),
    payload: { input: { a: 1 } },
    queue: null,
    priority: null,
    options: {
      overlap: pick(random, ["allow", "skip", "queue", "replace"]),
      overlapLimit: between(random, 1, 3),
      overlapQueue: between(random, 1, 3),
      ...(endAfterRuns !== null && { endAfterRuns }),
      ...(expiresMs !== null && { expiresMs }),
      ...(abandonAfterMs !== null && { abandonAfterMs }),
      ...(disableAfterFailures !== null && { disableAfterFailures }),
      ...(random() < 0.15 && { holdOnError: true }),
    },
    tags: random() < 0.5 ? ["odd"] : [],
    ownerId: null,
    description: "",
    enabled: random() < 0.9,
    schedules: Array.from({ length: random() < 0.3 ? 2 : 1 }, () => someSchedule(random)),
  };
}

/** One history: periodic tasks of chance, and steps of chance. Whoever does something may die before any of its statements. */
class History {
  readonly #world: Simulation;
  readonly #random: Random;
  readonly ids: number[] = [];
  /** How far the clock is ahead of what it will be set back to. */
  #ahead = 0;

  constructor(world: Simulation, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  async live(name: string): Promise<void> {
    const world = this.#world;
    for (let n = 0; n < 2; n += 1) {
      const draft = somePeriodicTask(this.#random, `${name}, ${n}`);
      this.ids.push((await world.periodicTasks.create(draft, { now: world.now, by })).id);
    }
    for (let step = 0; step < STEPS; step += 1) await this.#step();
    await this.#settle();
  }

  async #step(): Promise<void> {
    const world = this.#world;
    const random = this.#random;
    const dies = () => (random() < 0.35 ? between(random, 0, 60) : Number.POSITIVE_INFINITY);
    const chance = random();
    if (chance < 0.4) {
      world.clock.jump(
        pick(random, [between(random, 1, 90) * 1_000, between(random, 1, 90) * minute, between(random, 1, 30) * hour]),
      );
      await world.dying(dies(), () => world.fire(between(random, 1, 5)));
    } else if (chance < 0.65) {
      if (await world.dying(dies(), () => world.work(between(random, 1, 10)))) world.killWorker();
    } else if (chance < 0.8) {
      await this.#edit(dies());
    } else if (chance < 0.87) {
      await this.#pause();
    } else if (chance < 0.93) {
      await world.dying(dies(), () => this.#send());
    } else {
      await this.#setClock(dies());
    }
  }

  async #edit(dies: number): Promise<void> {
    const world = this.#world;
    const random = this.#random;
    const id = pick(random, this.ids);
    // As a rule what is due is fired before an edit; where that was not done the edit accounts for it.
    if (random() < 0.7) await world.dying(Number.POSITIVE_INFINITY, () => world.fireOnly(id));
    const context = { now: world.now, by };
    const task = await world.periodicTasks.find(id, world.now);
    if (task === undefined) throw new Error("it is gone");
    const kind = random();
    await world.dying(dies, async () => {
      if (kind < 0.4) await world.periodicTasks.setEnabled(id, !task.enabled, context);
      else if (kind < 0.5) await world.periodicTasks.release(id, context);
      else if (kind < 0.6) await world.periodicTasks.pause(id, { reason: "history", untilAt: null }, context);
      else if (kind < 0.7) await world.periodicTasks.resume(id, context);
      else {
        const changed = somePeriodicTask(random, task.name);
        const schedules = task.schedules.map((schedule, index) => ({
          ...schedule,
          ...(changed.schedules[index] ?? schedule),
          id: schedule.id,
        }));
        await world.periodicTasks.update(id, task.version, { ...changed, schedules }, context);
      }
    });
  }

  async #pause(): Promise<void> {
    const world = this.#world;
    if (this.#random() < 0.5) {
      world.query("update pause set ended_at = ? where ended_at is null and scope in ('all', 'tag')", world.now);
      return;
    }
    const untilAt = maybe(this.#random, 0.5, () => world.now + between(this.#random, 1, 300) * minute);
    const [scope, scopeId] = pick(this.#random, [
      ["all", ""],
      ["tag", "odd"],
    ]);
    world.query(
      "insert into pause (scope, scope_id, from_at, until_at, by_name, reason) values (?, ?, ?, ?, 'ops', 'history')",
      scope,
      scopeId,
      world.now,
      untilAt,
    );
  }

  /** A person sends a run, or cancels one. */
  async #send(): Promise<void> {
    const world = this.#world;
    const id = pick(this.#random, this.ids);
    if (this.#random() < 0.4) {
      const unfinished = world.query<{ id: string }>(
        "select id from run_live where periodic_task_id = ? order by seq",
        id,
      );
      const run = unfinished[between(this.#random, 0, unfinished.length - 1)];
      if (run !== undefined)
        await world.runs.cancel({ ids: [run.id], by: "ops", now: world.now, force: this.#random() < 0.3 });
      return;
    }
    const lock = {
      key: `periodic-task:${id}`,
      rule: pick(this.#random, ["skip", "queue", "replace"] as const),
      limit: 2,
      queue: 2,
    };
    await world.runs.add([
      {
        id: `manual ${id} ${world.now} ${this.#random()}`,
        task: "app.slow",
        payload: { input: {} },
        queue: "default",
        priority: 5,
        options: {},
        origin: { kind: "manual", by: "ops" },
        availableAt: world.now,
        queuedAt: world.now,
        periodicTaskId: id,
        lock,
      },
    ]);
  }

  /** The clock is set ahead, and some time later back again, by as much or by more; beats may or may not notice in time. */
  async #setClock(dies: number): Promise<void> {
    const world = this.#world;
    if (this.#ahead === 0) {
      this.#ahead = pick(this.#random, [10 * minute, 5 * hour, 40 * day]);
      world.clock.jump(this.#ahead);
      if (this.#random() < 0.5) world.jump = { from: world.now - this.#ahead, to: world.now };
      if (this.#random() < 0.7) await world.dying(dies, () => world.fire());
      world.jump = undefined;
    } else {
      const further = this.#random() < 0.3 ? between(this.#random, 1, 120) * minute : 0;
      world.clock.jump(-this.#ahead - further);
      this.#ahead = 0;
      await world.dying(dies, () => world.withdraw());
      await world.withdraw();
    }
  }

  /** Everything ends well: the clock is right, nothing is paused, everybody is switched off, and what was sent ends. */
  async #settle(): Promise<void> {
    const world = this.#world;
    if (this.#ahead > 0) world.clock.jump(-this.#ahead);
    await world.withdraw();
    world.query("update pause set ended_at = ? where ended_at is null", world.now);
    await world.fire();
    for (const id of this.ids) await world.periodicTasks.setEnabled(id, false, { now: world.now, by });
    await world.drain();
  }
}

it(
  `loses and repeats nothing in ${histories} histories in which whoever does something may die before any of its statements`,
  async () => {
    const seed = Number(process.env.HYOSHI_SEED ?? Date.now() % 1_000_000);
    console.log(`seed ${seed} (HYOSHI_SEED)`);
    let crashes = 0;
    let fired = 0;
    for (let first = 0; first < histories; first += ON_ONE) {
      const database = await openTestDatabase();
      const world = new Simulation(database, epoch, (name) => tasks[name] ?? { durationMs: 0 });
      const days = JSON.stringify({ weekend: [6, 0], closed: { "2027-03-31": "Closed" }, open: [] });
      world.query(`insert into calendar (id, uid, name, sources, days, created_at, updated_at, version, planned_version)
        values (1, 'c', 'office', '[]', '${days}', 0, 0, 1, 1)`);
      world.query(`insert into calendar_revision (calendar_id, version, days, from_at) values (1, 1, '${days}', 0)`);
      for (let n = first; n < Math.min(first + ON_ONE, histories); n += 1) {
        const history = new History(world, seededRandom(seed + n));
        await history.live(`history ${n}`);
      }
      // Of all of them at once: what they have left is walked but once.
      expect(await world.audit(), `seed ${seed}, histories from ${first} on`).toEqual([]);
      const [count] = world.query<{ twice: number; rows: number }>(`
        select (select count(*) from run_live l join run_done d on d.id = l.id) as twice,
          (select count(*) from firing) as rows`);
      expect(count?.twice).toBe(0);
      fired += count?.rows ?? 0;
      crashes += world.crashes;
      await database.close();
    }
    expect(crashes).toBeGreaterThan(histories);
    expect(fired).toBeGreaterThan(histories * 10);
  },
  long ? 3_600_000 : 600_000,
);
