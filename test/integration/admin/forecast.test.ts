import { afterEach, beforeEach, expect, test } from "vitest";
import type { Forecast, ForecastMinute, Timeline } from "../../../src/admin/contract.ts";
import { type Caller, expecting, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.withToken("admin");
});
afterEach(() => admin.close());

const call = expecting(() => root);
const crontab = (expression: string) => ({ kind: "crontab", expression, zone: "UTC" });
const make = (name: string, schedules: object[], more: object = {}) =>
  call("POST", "/periodic-tasks", 201, { name, task: "tapp_a.hello", schedules, ...more });
const forecast = (query = ""): Promise<Forecast> => call("GET", `/forecast${query}`, 200);

test("the coming week tells how much fires in each minute, and what would spread it", async () => {
  for (let n = 0; n < 30; n += 1) await make(`Hourly ${n}`, [crontab("0 * * * *")], n < 3 ? { tags: ["few"] } : {});
  await make("Often", [crontab("*/5 * * * *"), { kind: "interval", every: 1, period: "hours" }], { queue: "slow" });
  await make("Own minute", [crontab("H 4 * * *"), crontab("H 4 * * *")]);
  await make("Off", [crontab("0 * * * *")], { enabled: false });
  const from = admin.clock.now();
  const week = await forecast();
  expect(week).toMatchObject({ from, schedules: 34, plans: 5, sampled: null });
  expect(week.perMinute).toHaveLength(10_080);
  expect(week.perMinute.slice(0, 6)).toEqual([32, 0, 0, 0, 0, 1]);
  expect(week.peaks[0]).toEqual({ at: from, firings: 32 });
  // 31 each hour and 11 more of each five minutes, the interval, and two a day.
  expect(week.perMinute.reduce((sum, count) => sum + count, 0)).toBe(168 * 30 + 168 * 12 + 168 + 14);
  expect(week.suggestions[0]).toMatchObject({
    definition: { kind: "crontab", expression: "0 * * * *" },
    zone: "UTC",
    schedules: 30,
    suggested: "H * * * *",
    peakBefore: 32,
    text: { en: expect.stringContaining("30 schedules fire at once") },
  });
  expect(week.suggestions[0]?.peakAfter).toBeLessThan(5);
  expect(week.suggestions[0]?.periodicTasks).toHaveLength(10);

  expect((await forecast("?tag=few")).perMinute[0]).toBe(3);
  expect(await forecast("?queue=slow")).toMatchObject({ schedules: 2, plans: 2 });
  const minute: ForecastMinute = await call("GET", `/forecast/minute?at=${from + HOUR + 7}`, 200);
  expect(minute).toMatchObject({ at: from + HOUR, firings: 32 });
  expect(minute.groups[0]).toMatchObject({
    firings: 30,
    schedules: 30,
    zone: "UTC",
    description: { en: "Every hour" },
  });
  expect(minute.groups[0]?.periodicTasks[0]).toMatchObject({ name: "Hourly 0" });
});

test("a coming day is held against what live workers can execute at once", async () => {
  const { id } = await make("Long", [crontab("0 9 * * *"), crontab("30 9 * * *")]);
  await make("Unknown", [crontab("0 9 * * *")]);
  await admin.testCatalog.addProcess({ info: { queues: ["default"], concurrency: 1 } });
  await admin.testCatalog.addProcess({ name: "dead", info: { queues: ["default"], concurrency: 5 }, leaseMs: -1 });
  const now = admin.clock.now();
  const run = { queue: "default", priority: 5, state: "succeeded", input: "{}", options: "{}", origin: "{}" };
  for (const [index, minutes] of [10, 30].entries()) {
    const times = { queued_at: now - index, started_at: now - HOUR, ended_at: now - HOUR + minutes * MINUTE };
    await admin.database.db
      .insertInto("run_done")
      .values({
        ...{ id: `r${index}`, task: "tapp_a.hello", ...run, ...times },
        ...{ periodic_task_id: id, schedule_id: null, schedule_version: null, nominal_at: null },
        ...{ parent_id: null, root_id: null, available_at: 0, expires_at: null, process: null },
        ...{ attempt: 1, retries: 0, attempt_started_at: null, progress: null, result: null, error: null },
      })
      .execute();
  }
  const day: Timeline = await call("GET", "/forecast/timeline?day=2026-01-16&zone=UTC", 200);
  const nine = Date.UTC(2026, 0, 16, 9);
  expect(day).toMatchObject({
    from: Date.UTC(2026, 0, 16),
    to: Date.UTC(2026, 0, 17),
    zone: "UTC",
    slots: 1,
    runs: 3,
    sampled: null,
    overloads: [{ from: nine, to: nine + MINUTE, most: 2 }],
  });
  expect(day.rows).toEqual([
    { periodicTaskId: id, name: "Long", meanMs: 20 * MINUTE, firings: 2, times: [nine, nine + 30 * MINUTE] },
    { periodicTaskId: id + 1, name: "Unknown", meanMs: null, firings: 1, times: [nine] },
  ]);
  expect(day.perMinute).toHaveLength(1_440);
  expect(day.perMinute.slice(539, 542)).toEqual([0, 2, 1]);
  expect((await call("GET", "/forecast/timeline?day=2026-02-30", 400)).errors[0].path).toBe("?day");
  // Where the clocks are set forward, a day has an hour less.
  const short: Timeline = await call("GET", "/forecast/timeline?day=2026-03-29&zone=Europe/Berlin", 200);
  expect(short.perMinute).toHaveLength(1_380);
});
