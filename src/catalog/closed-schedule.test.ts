import { expect, test } from "vitest";
import type { CalendarRule } from "../calendar/calendar-days.ts";
import { closedFault } from "./closed-schedule.ts";

const now = Date.UTC(2027, 0);
const office = (rule: CalendarRule) =>
  ({ id: 1, version: 1, rule, days: { weekend: [0, 6], closed: {}, open: [] } }) as const;
const faultOf = (expression: string, rule: CalendarRule, changes = {}) =>
  closedFault(
    { name: "", definition: { kind: "crontab", expression }, zone: "UTC", input: null, enabled: true, ...changes },
    2,
    office(rule),
    now,
  );

test("a schedule whose days are all closed is refused at its calendar", () => {
  expect(faultOf("0 9 * * sat,sun", "skip")).toMatchObject({ path: "/schedules/2/calendar", code: "not_accepted" });
  expect(faultOf("0 9 * * sun", "next")).toBeUndefined();
  expect(faultOf("0 9 * * *", "skip")).toBeUndefined();
});

test("one that is over is not the calendar's fault", () => {
  expect(faultOf("0 9 * * sun", "skip", { endsAt: now - 1 })).toBeUndefined();
});
