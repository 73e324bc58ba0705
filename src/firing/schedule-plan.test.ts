import { describe, expect, it } from "vitest";
import type { CalendarDays } from "../calendar/calendar-days.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { cachedCompile } from "./compile-cache.ts";
import { compilePlan, plainPlan, planKey, type SchedulePlan } from "./schedule-plan.ts";

const weekend: CalendarDays = { weekend: [0, 6], closed: {}, open: [] };
const office = (changes: Partial<NonNullable<SchedulePlan["calendar"]>> = {}) =>
  ({ id: 1, version: 1, rule: "next", days: weekend, ...changes }) as const;
const daily = (changes: Partial<SchedulePlan> = {}) =>
  plainPlan({ definition: { kind: "crontab", expression: "0 9 * * *" }, zone: "UTC", ...changes });

describe("a plan", () => {
  it("keeps own and moved times within its bounds, and replaces nothing outside of them", () => {
    // Saturday and Sunday the 6th and 7th; Monday the 8th is beyond the end.
    const schedule = compilePlan(
      daily({
        calendar: office(),
        startsAt: Date.parse("2027-03-04T09:00Z"),
        endsAt: Date.parse("2027-03-07T23:00Z"),
      }),
    );
    const fires: string[] = [];
    for (let at = schedule.next(0); at !== undefined; at = schedule.next(at)) fires.push(new Date(at).toISOString());
    expect(fires).toEqual(["2027-03-04T09:00:00.000Z", "2027-03-05T09:00:00.000Z"]);
    expect(schedule.exceptions?.next(0)).toEqual({ at: Date.parse("2027-03-06T09:00Z"), reason: "calendar" });
    const backwards = compilePlan(
      daily({ calendar: office({ rule: "previous" }), startsAt: Date.parse("2027-03-06T00:00Z") }),
    );
    expect(backwards.next(0)).toBe(Date.parse("2027-03-08T09:00Z"));
    expect(backwards.exceptions?.next(0)).toEqual({ at: Date.parse("2027-03-06T09:00Z"), reason: "calendar" });
  });

  it("has one key with every plan that names the same times, and with no other", () => {
    const plans: SchedulePlan[] = [
      daily(),
      daily({ zone: "Asia/Tokyo" }),
      daily({ gap: "skip" }),
      daily({ fold: "both" }),
      daily({ startsAt: 0 }),
      daily({ endsAt: 0 }),
      daily({ calendar: office() }),
      daily({ calendar: office({ id: 2 }) }),
      daily({ calendar: office({ version: 2 }) }),
      daily({ calendar: office({ rule: "skip" }) }),
      daily({ definition: { kind: "crontab", expression: "0 9 * * *", days: "or" } }),
      daily({ definition: { kind: "crontab", expression: "H 9 * * *" }, uid: "a" }),
      daily({ definition: { kind: "crontab", expression: "H 9 * * *" }, uid: "b" }),
    ];
    expect(new Set(plans.map(planKey)).size).toBe(plans.length);
    expect(planKey(daily({ uid: "a" }))).toBe(planKey(daily({ uid: "b" })));
    // THU and MARCH hold an H and hash nothing.
    const named = (uid: string) => daily({ definition: { kind: "crontab", expression: "0 9 * march thu" }, uid });
    expect(planKey(named("a"))).toBe(planKey(named("b")));
    const hashed = (expression: string, uid: string) => daily({ definition: { kind: "crontab", expression }, uid });
    for (const expression of ["0 0 1,H * *", "0 h(0-3)/2 * * *", "0 0 * * H"]) {
      expect(planKey(hashed(expression, "a"))).not.toBe(planKey(hashed(expression, "b")));
    }
  });
});

describe("the cache of compiled plans", () => {
  it("compiles equal plans once, and forgets the oldest", () => {
    const compiled: SchedulePlan[] = [];
    const compile = cachedCompile((plan): Schedule => {
      compiled.push(plan);
      return compilePlan(plan);
    }, 2);
    expect(compile(daily({ uid: "a" }))).toBe(compile(daily({ uid: "b" })));
    compile(daily({ gap: "skip" }));
    compile(daily({ gap: "after" }));
    compile(daily());
    expect(compiled).toHaveLength(4);
  });
});
