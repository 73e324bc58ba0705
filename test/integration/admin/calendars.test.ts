import { afterEach, beforeEach, expect, test } from "vitest";
import type { CalendarView, PeriodicTaskView } from "../../../src/admin/contract.ts";
import { type Caller, expecting, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const DAY = 86_400_000;

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  // Thursday, 15 January 2026, 21:00 in Tokyo.
  admin = await openTestAdmin();
  root = await admin.withToken("admin");
});
afterEach(() => admin.close());

const japan = { name: "Japan", holidays: [{ country: "JP" }], years: { from: 2026, to: 2027 } };
const own = { name: "Own", closed: [{ date: "2026-01-16", name: "Inventory" }] };

const call = expecting(() => root);
const make = (body: object): Promise<CalendarView> => call("POST", "/calendars", 201, body);
const following = (name: string, id: number, rule: string): Promise<PeriodicTaskView> =>
  call("POST", "/periodic-tasks", 201, {
    name,
    task: "tapp_a.hello",
    schedules: [{ kind: "crontab", expression: "0 9 * * *", calendar: { id, rule } }],
  });
const tokyo = (day: string) => Date.parse(`${day}T09:00:00+09:00`);

test("a calendar takes over the holidays of a country, and warns where they run out", async () => {
  const made = await make(japan);
  expect(made).toMatchObject({ weekend: [0, 6], holidaysUntil: "2027-12-31", schedules: 0, warnings: [], version: 1 });
  expect(made.holidayDays).toContainEqual({ date: "2026-05-06", name: "憲法記念日 (振替休日)" });
  expect(made.closedThisYear).toBeGreaterThan(10);
  await make({ ...own, holidays: [{ country: "JP" }], years: { from: 2026, to: 2026 }, name: "Short" });
  await admin.clock.advance(200 * DAY);
  const { items, count } = await call("GET", "/calendars?count=true", 200);
  expect(items.map(({ name, warnings }: CalendarView) => [name, warnings.map(({ code }) => code)])).toEqual([
    ["Japan", []],
    ["Short", ["holidays_run_out"]],
  ]);
  expect(count).toEqual({ value: 2, capped: false });
  const countries = (await call("GET", "/holiday-countries", 200)).items;
  expect(countries).toContainEqual(expect.objectContaining({ code: "JP", name: { en: "Japan", ja: "日本" } }));
});

test("everything that is wrong with a calendar is told at once", async () => {
  await make(own);
  const { errors } = await call("POST", "/calendars", 422, {
    name: " ",
    weekend: [0, 1, 2, 3, 4, 5, 6],
    holidays: [{ country: "XX" }],
    closed: [{ date: "2026-02-30" }, { date: "2026-03-01" }, { date: "2026-03-01" }],
    open: [{ date: "2026-03-01" }],
  });
  expect(errors.map(({ path }: { path: string }) => path).sort()).toEqual([
    "/closed/0/date",
    "/closed/2/date",
    "/holidays/0/country",
    "/name",
    "/open/0/date",
    "/weekend",
  ]);
  expect((await call("POST", "/calendars", 409, own)).code).toBe("name_taken");
});

test("an edit shows what it changes, then plans every schedule that follows it anew", async () => {
  const { id, version } = await make(own);
  const skips = await following("Skips", id, "skip");
  const moves = await following("Moves", id, "next");
  // Friday is closed, then comes the weekend.
  expect(skips.nextAt).toBe(tokyo("2026-01-19"));
  expect(skips.schedules[0]?.calendar).toEqual({ id, rule: "skip", name: "Own" });
  expect(moves.nextAt).toBe(tokyo("2026-01-19"));

  const edit = { ...own, closed: [{ date: "2026-01-19", name: "Snow" }] };
  const preview = await call("POST", "/calendars/preview", 200, { id, calendar: edit });
  expect(preview).toMatchObject({ schedules: 2, changed: 2, lookedAt: null });
  expect(preview.effects[0]).toMatchObject({
    periodicTaskName: "Skips",
    removed: [{ at: tokyo("2026-01-19"), local: "2026-01-19T09:00:00+09:00" }],
    added: [{ at: tokyo("2026-01-16"), local: "2026-01-16T09:00:00+09:00" }],
    removedCount: 1,
    addedCount: 1,
    error: null,
  });
  expect((await call("GET", `/calendars/${id}`, 200)).version).toBe(version);

  const saved = await call("PUT", `/calendars/${id}`, 200, { ...edit, version });
  expect(saved).toMatchObject({ version: 2, schedules: 2 });
  expect((await call("GET", `/periodic-tasks/${skips.id}`, 200)).nextAt).toBe(tokyo("2026-01-16"));
  const revisions = await admin.database.db
    .selectFrom("schedule_revision")
    .select(["schedule_id", "version", "calendar_version"])
    .orderBy("schedule_id")
    .orderBy("version")
    .execute();
  expect(revisions.map((row) => [row.schedule_id, row.version, row.calendar_version])).toEqual([
    [1, 1, 1],
    [1, 2, 2],
    [2, 1, 1],
    [2, 2, 2],
  ]);
  const changes = (await call("GET", "/changes", 200)).items;
  expect(
    changes.map(({ resource, action }: { resource: string; action: string }) => [resource, action]),
  ).toContainEqual(["schedules", "replanned"]);
  const stale = await call("PUT", `/calendars/${id}`, 409, { ...edit, version });
  expect(stale).toMatchObject({ code: "stale_version", current: { id, version: 2 } });
  expect((await call("GET", "/schedules/replan", 200)).due).toBe(false);
});

test("a closed day gets its row when its time has come, and a moved time names its target", async () => {
  const { id } = await make(own);
  await following("Skips", id, "skip");
  await following("Moves", id, "next");
  await admin.clock.advance(tokyo("2026-01-16") - admin.clock.now());
  await admin.testCatalog.fire();
  const { items } = await call("GET", "/firings", 200);
  const byReason = new Map(items.map((row: { reason: string }) => [row.reason, row]));
  expect(byReason.get("calendar")).toMatchObject({
    nominalAt: tokyo("2026-01-16"),
    verdict: "skipped",
    reasonText: { en: "Skipped: the calendar is closed on that day" },
    movedTo: null,
  });
  expect(byReason.get("moved")).toMatchObject({
    nominalAt: tokyo("2026-01-16"),
    verdict: "moved",
    movedTo: tokyo("2026-01-19"),
    reasonText: { en: "Moved to 2026-01-19 09:00: the calendar is closed on that day" },
  });
  await admin.clock.advance(tokyo("2026-01-19") - admin.clock.now());
  expect(await admin.testCatalog.fire()).toMatchObject({ sent: 2 });
});

test("a calendar that is followed is not archived, and one that is gone cannot be followed", async () => {
  const { id } = await make(own);
  const task = await following("Follows", id, "skip");
  await call("POST", "/periodic-tasks", 201, { name: "Does not", task: "tapp_a.hello" });
  expect((await call("DELETE", `/calendars/${id}`, 409)).code).toBe("calendar_in_use");
  expect((await call("GET", `/periodic-tasks?calendarId=${id}`, 200)).items).toMatchObject([{ name: "Follows" }]);
  await call("DELETE", `/periodic-tasks/${task.id}`, 204);
  await call("DELETE", `/calendars/${id}`, 204);
  expect((await call("GET", "/calendars", 200)).items).toEqual([]);
  expect((await call("GET", "/calendars?archived=true", 200)).items).toMatchObject([{ id }]);
  const { errors } = await call("POST", "/periodic-tasks", 422, {
    name: "Late",
    task: "tapp_a.hello",
    schedules: [{ kind: "crontab", expression: "0 9 * * *", calendar: { id, rule: "skip" } }],
  });
  expect(errors).toMatchObject([{ path: "/schedules/0/calendar/id", code: "unknown_calendar" }]);
});

test("schedules that were planned with another tz database are found, shown and planned anew", async () => {
  const { db } = admin.database;
  const { id } = await make(own);
  const task = await following("Follows", id, "skip");
  expect(await call("GET", "/schedules/replan", 200)).toMatchObject({ due: false, plannedWith: [] });
  await db.updateTable("schedule").set({ tz_version: "2020a" }).execute();
  await db
    .updateTable("schedule_cursor")
    .set({ next_at: tokyo("2026-01-20") })
    .execute();
  expect(await call("GET", "/schedules/replan", 200)).toMatchObject({
    due: true,
    schedules: { value: 1, capped: false },
    plannedWith: ["2020a"],
  });
  const preview = await call("POST", "/schedules/replan/preview", 200, {});
  // A cursor waits for every instant that is named, the closed day's too.
  expect(preview).toMatchObject({ schedules: 1, changed: 1, effects: [{ added: [{ at: tokyo("2026-01-16") }] }] });
  expect(await call("POST", "/schedules/replan", 200, {})).toMatchObject({ replanned: 1, changed: 1, failed: [] });
  expect(await call("GET", "/schedules/replan", 200)).toMatchObject({ due: false });
  expect((await call("GET", `/periodic-tasks/${task.id}`, 200)).nextAt).toBe(tokyo("2026-01-19"));
});

test("another zone moves the schedules that have the old one, and tells whoever has them open", async () => {
  const { id } = await make(own);
  const task = await following("Follows", id, "skip");
  const zones = { "Asia/Tokyo": "Europe/Berlin" };
  const preview = await call("POST", "/schedules/replan/preview", 200, { zones });
  expect(preview).toMatchObject({ schedules: 1, changed: 1 });
  expect(await call("POST", "/schedules/replan", 200, { zones })).toMatchObject({ replanned: 1, changed: 1 });
  const moved: PeriodicTaskView = await call("GET", `/periodic-tasks/${task.id}`, 200);
  expect(moved.schedules[0]?.zone).toBe("Europe/Berlin");
  expect(moved.version).toBe(task.version + 1);
  expect(moved.nextAt).toBe(Date.parse("2026-01-19T09:00:00+01:00"));
  const { errors } = await call("POST", "/schedules/replan", 422, { zones: { "Europe/Berlin": "Mars/Base" } });
  expect(errors).toMatchObject([{ path: "/zones/Europe~1Berlin", code: "unknown_time_zone" }]);
});

test("a schedule tells of the next change of the clocks that touches one of its times", async () => {
  const at = (expression: string, zone: string) => ({ kind: "crontab", expression, zone });
  const schedules = [
    at("30 2 * * *", "America/New_York"),
    at("0 12 * * *", "America/New_York"),
    at("30 2 * * *", "UTC"),
  ];
  const task: PeriodicTaskView = await call("POST", "/periodic-tasks", 201, { name: "Night", task: "t.a", schedules });
  expect(task.schedules.map(({ offsetChange }) => offsetChange)).toEqual([
    {
      at: Date.parse("2026-03-08T07:00:00Z"),
      text: { en: expect.stringContaining("March 8, 2026"), ja: expect.stringContaining("2026年3月8日") },
    },
    null,
    null,
  ]);
});
