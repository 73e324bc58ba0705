import { afterEach, beforeEach, expect, it } from "vitest";
import type { Instant } from "../../src/base/clock.ts";
import type { Reason, Verdict } from "../../src/firing/decision.ts";
import type { PeriodicTaskOptions, ScheduleDraft } from "../../src/ledger/periodic-task-store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { by, type SimulatedTask, Simulation } from "../support/simulation.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A month in which Europe's clocks go forward. */
const start: Instant = Date.UTC(2027, 2, 1);
const end = Date.UTC(2027, 3, 1);

/** Every reason there is, with its verdict. */
const kinds: Readonly<Record<Reason, Verdict>> = {
  on_time: "sent",
  caught_up: "sent",
  waited: "sent",
  waiting: "held",
  moved: "moved",
  same_instant: "merged",
  overlap: "skipped",
  limit: "skipped",
  queue_full: "skipped",
  replaced: "skipped",
  expired: "skipped",
  cancelled: "skipped",
  paused: "skipped",
  calendar: "skipped",
  daylight_saving: "skipped",
  ended: "skipped",
  held: "skipped",
  superseded: "missed",
  late: "missed",
  window: "missed",
  cap: "missed",
  clock_jump: "missed",
  replanned: "missed",
  disabled: "off",
  cannot_compute: "failed",
};

const tasks: Readonly<Record<string, SimulatedTask>> = {
  "app.quick": { durationMs: 1_000 },
  "app.slow": { durationMs: 95 * minute },
  "app.stubborn": { durationMs: 95 * minute, isStubborn: true },
  "app.fails": { durationMs: 1_000, fails: true },
};

let database: TestDatabase;
let month: Simulation;
beforeEach(async () => {
  database = await openTestDatabase();
  month = new Simulation(database, start, (name) => tasks[name] ?? { durationMs: 0 });
});
afterEach(() => database.close());

const crontab = (expression: string, more: Partial<ScheduleDraft> = {}): ScheduleDraft => ({
  name: "",
  definition: { kind: "crontab", expression },
  zone: "Europe/Berlin",
  input: null,
  enabled: true,
  ...more,
});
const hourly = (more?: Partial<ScheduleDraft>) => crontab("0 * * * *", more);
const halfHourly = crontab("*/30 * * * *");

async function add(
  name: string,
  task: string,
  schedules: readonly ScheduleDraft[],
  { tags = [], ...options }: Partial<PeriodicTaskOptions> & { tags?: readonly string[] } = {},
): Promise<number> {
  const text = { name, task, payload: { input: {} }, queue: null, priority: null, ownerId: null, description: "" };
  const draft = { ...text, options: { overlap: "allow" as const, ...options }, tags, enabled: true, schedules };
  return (await month.periodicTasks.create(draft, { now: month.now, by })).id;
}

/** Beats fire at each due time, and a worker looks every ten minutes. */
async function liveUntil(at: Instant, beats = true): Promise<void> {
  while (month.now < at) {
    const nextAt = beats ? await month.ledger.nextWakeAt() : undefined;
    const next = Math.min(at, month.now + 10 * minute, Math.max(nextAt ?? at, month.now + 1));
    month.clock.jump(next - month.now);
    if (beats) await month.fire();
    await month.work();
  }
}

it("lives through a month in which everything happens that can, and accounts for each nominal time", async () => {
  const days = JSON.stringify({ weekend: [6, 0], closed: {}, open: [] });
  month.query(`insert into calendar (id, uid, name, sources, days, created_at, updated_at, version, planned_version)
    values (1, 'c', 'office', '[]', '${days}', 0, 0, 1, 1)`);
  month.query(`insert into calendar_revision (calendar_id, version, days, from_at) values (1, 1, '${days}', 0)`);
  const office = (rule: "skip" | "next") => crontab("0 9 * * *", { calendar: { id: 1, rule } });

  await add("latest", "app.quick", [hourly()]);
  await add("none late", "app.quick", [hourly({ misfire: "skip" })]);
  await add("all", "app.quick", [
    hourly({ misfire: "all", catchUpWindowMs: 10 * hour, catchUpCap: 4, jitterMs: minute }),
  ]);
  await add("overlap", "app.slow", [halfHourly], { overlap: "skip" });
  await add("limit", "app.slow", [halfHourly], { overlap: "skip", overlapLimit: 2 });
  const queued = await add("queue", "app.slow", [halfHourly], { overlap: "queue", overlapQueue: 1 });
  await add("queue in time", "app.slow", [halfHourly], { overlap: "queue", overlapQueue: 2, expiresMs: 50 * minute });
  await add("replace", "app.stubborn", [halfHourly], { overlap: "replace" });
  await add("twice", "app.quick", [hourly(), crontab("0 12 * * *")]);
  await add("office", "app.quick", [office("skip"), office("next")]);
  await add("gap", "app.quick", [crontab("30 2 * * *", { gap: "skip" })]);
  await add("five", "app.quick", [hourly()], { endAfterRuns: 5 });
  await add("careful", "app.fails", [crontab("0 6 * * *")], { holdOnError: true });
  await add("strikes", "app.fails", [crontab("0 6 * * *")], { disableAfterFailures: 3 });
  const tagged = await add("tagged", "app.quick", [hourly()], { tags: ["nightly"] });
  const switched = await add("switched", "app.quick", [hourly()]);
  const broken = await add("broken", "app.quick", [hourly()]);

  await liveUntil(start + 3 * day);
  await month.periodicTasks.setEnabled(switched, false, { now: month.now, by });
  month.query(`insert into pause (scope, scope_id, from_at, until_at, by_name, reason)
    values ('tag', 'nightly', ${month.now}, ${month.now + 2 * day}, 'ops', 'moving')`);
  await liveUntil(start + 5 * day + 20 * minute);
  await month.periodicTasks.setEnabled(switched, true, { now: month.now, by });
  const [held] = month.query<{ id: string }>(
    `select id from run_live where state = 'held' and periodic_task_id = ${queued}`,
  );
  expect(held).toBeDefined();
  await month.runs.cancel({ ids: [held?.id ?? ""], by: "ops", now: month.now });

  // No beat runs for a day; somebody changes a schedule meanwhile.
  await liveUntil(start + 8 * day, false);
  const before = await month.periodicTasks.find(tagged, month.now);
  if (before === undefined) throw new Error("it is gone");
  const slower = before.schedules.map((one) => ({
    ...one,
    definition: { kind: "crontab" as const, expression: "0 */2 * * *" },
  }));
  await month.periodicTasks.update(tagged, before.version, { ...before, schedules: slower }, { now: month.now, by });
  await liveUntil(start + 8 * day + 5 * minute, false);
  await liveUntil(start + 14 * day + 10 * minute);

  // The clock is set three hours ahead, and a minute later beats believe it.
  month.jump = { from: month.now, to: month.now + 3 * hour };
  month.clock.jump(3 * hour);
  await month.fire();
  month.jump = undefined;
  await liveUntil(start + 20 * day);
  month.query(`update schedule set definition = '{"kind":"nonsense"}' where periodic_task_id = ${broken}`);
  await liveUntil(end + 10 * minute);

  const found = month.query<{ kind: string }>("select distinct verdict || ' ' || reason as kind from firing");
  const wanted = Object.entries(kinds).map(([reason, verdict]) => `${verdict} ${reason}`);
  expect(found.map(({ kind }) => kind).sort()).toEqual(wanted.sort());
  const [count] = month.query<{ rows: number; sent: number }>(
    "select count(*) as rows, count(*) filter (where verdict = 'sent') as sent from firing",
  );
  expect(count?.rows).toBeGreaterThan(8_000);
  expect(count?.sent).toBeGreaterThan(4_000);

  month.query(
    `delete from schedule_cursor where schedule_id in (select id from schedule where periodic_task_id = ${broken})`,
  );
  await month.drain();
  expect(await month.audit()).toEqual([]);
});
