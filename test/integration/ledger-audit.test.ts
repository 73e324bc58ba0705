import { afterEach, beforeEach, expect, test } from "vitest";
import { systemActor } from "../../src/account/permission.ts";
import { type AnyTestDatabase, openAnyTestDatabase } from "../support/any-database.ts";
import { createTestCatalog, type TestCatalog } from "../support/catalog.ts";
import { FakeClock } from "../support/fake-clock.ts";

const SECOND = 1_000;
const DAY = 86_400_000;

let database: AnyTestDatabase;
let clock: FakeClock;
let testCatalog: TestCatalog;
beforeEach(async () => {
  database = await openAnyTestDatabase();
  clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  testCatalog = createTestCatalog(database, clock);
});
afterEach(() => database.close());

const by = systemActor("test");
const everySecond = { kind: "interval", every: 1, period: "seconds" };
const daily = { kind: "crontab", expression: "30 * * * *", zone: "Europe/Berlin" };

const audit = (request = {}) => testCatalog.catalog.audit.run(request);
async function fireAfter(ms: number) {
  await clock.advance(ms);
  while (!(await testCatalog.fire()).drained);
}

/** Two periodic tasks through edits, pauses, a calendar and a downtime. */
async function history(): Promise<{ first: number; second: number }> {
  const { editor, calendars, pauses, replans } = testCatalog.catalog;
  const calendar = await calendars.save({ name: "Own", closed: [{ date: "2026-01-16" }] }, undefined, by);
  const one = await editor.save({ name: "One", task: "t.a", schedules: [everySecond] }, undefined, by);
  const following = { ...daily, calendar: { id: calendar.id, rule: "next" as const } };
  const two = await editor.save({ name: "Two", task: "t.a", schedules: [following] }, undefined, by);
  await fireAfter(3 * SECOND);
  await fireAfter(40 * SECOND);
  await editor.setEnabled(one.id, false, by);
  await fireAfter(5 * SECOND);
  await editor.setEnabled(one.id, true, by);
  await fireAfter(SECOND);
  const pause = await pauses.begin({ scope: "all", scopeId: "" }, { reason: "move", untilAt: null }, by);
  await fireAfter(4 * SECOND);
  await fireAfter(4 * SECOND);
  await pauses.end(pause.id, by);
  await fireAfter(SECOND);
  await clock.advance(7 * SECOND);
  const slower = { ...everySecond, every: 5, id: one.schedules[0]?.id ?? 0 };
  const { version } = await testCatalog.catalog.periodicTasks.get(one.id);
  await editor.save({ name: "One", task: "t.a", schedules: [slower] }, { id: one.id, version }, by);
  for (let hours = 0; hours < 60; hours += 1) await fireAfter(3_600 * SECOND);
  await calendars.save({ name: "Own", closed: [{ date: "2026-01-19" }] }, { ...calendar }, by);
  await replans.run({ "Europe/Berlin": "America/New_York" }, by);
  await fireAfter(3 * DAY);
  await editor.archive(one.id, by);
  return { first: one.schedules[0]?.id ?? 0, second: two.schedules[0]?.id ?? 0 };
}

test("it finds nothing after edits, pauses, closed days, a downtime and a change of zone", async () => {
  await history();
  const report = await audit();
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ schedules: 2, errors: 0, notes: 0 });
  expect(report.rows).toBeGreaterThan(50);
  const verdicts = await database.db.selectFrom("firing").select("verdict").distinct().execute();
  expect(verdicts.map(({ verdict }) => verdict).sort()).toEqual(["missed", "moved", "off", "sent", "skipped"]);
});

test("it says what is missing, doubled or made up, with schedule and times", async () => {
  const { first, second } = await history();
  const { db } = database;
  const sent = await db
    .selectFrom("firing")
    .selectAll()
    .where("schedule_id", "=", second)
    .where("verdict", "=", "sent")
    .orderBy("nominal_at")
    .execute();
  const [gone, , moved, , alone] = sent.slice(2);
  if (gone === undefined || moved === undefined || alone === undefined) throw new Error("too few were sent");
  await db.deleteFrom("firing").where("schedule_id", "=", second).where("nominal_at", "=", gone.nominal_at).execute();
  await db
    .updateTable("firing")
    .set({ nominal_at: moved.nominal_at + SECOND, through_at: moved.nominal_at + SECOND })
    .where("schedule_id", "=", second)
    .where("nominal_at", "=", moved.nominal_at)
    .execute();
  await db
    .deleteFrom("run_live")
    .where("id", "=", alone.run_id ?? "")
    .execute();
  const off = await db
    .selectFrom("firing")
    .selectAll()
    .where("schedule_id", "=", first)
    .where("verdict", "=", "off")
    .executeTakeFirstOrThrow();
  await db
    .updateTable("firing")
    .set({ through_at: off.through_at + 2 * SECOND })
    .where("schedule_id", "=", first)
    .where("nominal_at", "=", off.nominal_at)
    .execute();

  const report = await audit();
  expect(report.errors).toBe(report.findings.length);
  expect(report.findings.map(({ scheduleId, code, at }) => [scheduleId, code, at])).toEqual([
    [first, "overlap", off.through_at + SECOND],
    [first, "overlap", off.through_at + 2 * SECOND],
    [second, "gap", gone.nominal_at],
    [second, "gap", moved.nominal_at],
    [second, "not_named", moved.nominal_at + SECOND],
    [second, "run_missing", alone.nominal_at],
  ]);
  expect(report.findings.at(-1)).toMatchObject({ periodicTaskName: "Two", severity: "error" });
  // Only what was asked for is looked at.
  expect((await audit({ since: alone.nominal_at })).errors).toBe(0);
  expect((await audit({ until: gone.nominal_at - 1 })).errors).toBe(2);
  expect(await audit({ most: 1 })).toMatchObject({ errors: report.errors, findings: [{ scheduleId: first }] });
});

test("what retention has taken away is not missing", async () => {
  await history();
  const { db } = database;
  await clock.advance(31 * DAY);
  await testCatalog.fire();
  await db
    .deleteFrom("run_live")
    .where("queued_at", "<", clock.now() - 30 * DAY)
    .execute();
  expect((await audit()).findings).toEqual([]);
  await clock.advance(400 * DAY);
  await testCatalog.fire();
  await db
    .deleteFrom("firing")
    .where("decided_at", "<", clock.now() - 400 * DAY)
    .execute();
  await db
    .deleteFrom("run_live")
    .where("queued_at", "<", clock.now() - 30 * DAY)
    .execute();
  expect((await audit()).findings).toEqual([]);
});

test("times that were planned with another tz database are noted, and are no error", async () => {
  const { second } = await history();
  const { db } = database;
  await db.updateTable("schedule_revision").set({ tz_version: "2020a" }).where("schedule_id", "=", second).execute();
  expect((await audit()).findings).toEqual([]);
  await db.deleteFrom("firing").where("schedule_id", "=", second).where("verdict", "=", "sent").execute();
  const report = await audit();
  expect(report.errors).toBe(0);
  expect(report.notes).toBeGreaterThan(0);
  expect(report.findings[0]?.text).toContain("tz database 2020a");
});
