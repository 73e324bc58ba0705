import { afterEach, beforeEach, expect, test } from "vitest";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
});
afterEach(() => admin.close());

const preview = (body: object) => root.call("POST", "/schedules/preview", body);
const daily = { kind: "crontab", expression: "0 9 * * *", zone: "UTC", after: "2026-01-16T00:00:00Z" };

test("a stretch of time is previewed with both its ends", async () => {
  const answer = await preview({ ...daily, until: "2026-01-18T09:00:00Z" });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    times: [16, 17, 18].map((day) => ({ local: `2026-01-${day}T09:00:00+00:00` })),
    more: false,
    perDay: Array.from({ length: 28 }, () => ({ count: 1 })),
  });
  const often = await preview({ ...daily, expression: "* * * * *", until: "2026-01-18T09:00:00Z" });
  expect(often.json().more).toBe(true);
  expect(often.json().times).toHaveLength(1_000);
});

test("a calendar's closed days are exceptions, moved by its rule", async () => {
  const closed = [{ date: "2026-01-17", name: "Stocktaking" }];
  const { id } = (await root.call("POST", "/calendars", { name: "Warehouse", weekend: [], closed })).json();
  const skipped = (await preview({ ...daily, calendar: { id, rule: "skip" }, count: 2 })).json();
  expect(skipped).toMatchObject({
    times: [{ local: "2026-01-16T09:00:00+00:00" }, { local: "2026-01-18T09:00:00+00:00" }],
    exceptions: [{ local: "2026-01-17T09:00:00+00:00", reason: "calendar", movedTo: null }],
  });
  expect(skipped.effects).not.toEqual([]);
  expect((await preview({ ...daily, calendar: { id, rule: "next" }, count: 3 })).json().exceptions).toMatchObject([
    { local: "2026-01-17T09:00:00+00:00", movedTo: { local: "2026-01-18T09:00:00+00:00" } },
  ]);
});

test("a calendar that is not there is refused at its field", async () => {
  const answer = await preview({ ...daily, calendar: { id: 99, rule: "skip" } });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toMatchObject([{ path: "/calendar/id", code: "unknown_calendar" }]);
});

test("bounds and the rules for clock changes are previewed", async () => {
  const answer = await preview({
    ...daily,
    expression: "30 2 * * *",
    zone: "America/New_York",
    gap: "skip",
    startsAt: "2026-03-07T00:00",
    endsAt: "2026-03-09T12:00",
  });
  expect(answer.json()).toMatchObject({
    times: [{ local: "2026-03-07T02:30:00-05:00" }, { local: "2026-03-09T02:30:00-04:00" }],
    exceptions: [{ reason: "daylight_saving" }],
  });
});

test("a saved schedule's hashed minute is the one that it has", async () => {
  const definition = { kind: "crontab", expression: "H 9 * * *", zone: "UTC" };
  const task = { name: "P", task: "tapp_a.hello", schedules: [definition] };
  const [schedule] = (await root.call("POST", "/periodic-tasks", task)).json().schedules;
  const { times } = (await preview({ ...definition, scheduleId: schedule.id, count: 1 })).json();
  expect(times).toMatchObject([{ at: schedule.nextAt }]);
  expect((await preview({ ...definition, scheduleId: 99, count: 1 })).statusCode).toBe(200);
});
