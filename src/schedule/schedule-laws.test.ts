import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instant } from "../base/clock.ts";
import { compileSchedule, type ScheduleDefinition } from "./definition.ts";
import { periods } from "./interval.ts";
import { countBySteps } from "./schedule.ts";
import { solarEvents } from "./solar.ts";

const instants = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2120, 0) });
const zones = fc.constantFrom(
  "UTC",
  "Asia/Tokyo",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Europe/Dublin",
);
const field = (first: number, last: number) => {
  const value = fc.integer({ min: first, max: last });
  const step = fc.integer({ min: 1, max: 12 });
  return fc.oneof(
    fc.constant("*"),
    value.map(String),
    step.map((by) => `*/${by}`),
    fc.tuple(value, value, step).map(([from, to, by]) => `${from}-${to}/${by}`),
    fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => values.join(",")),
  );
};
const crontabs = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => ({ kind: "crontab" as const, expression: fields.join(" ") }));
const intervals = fc.record({
  kind: fc.constant("interval" as const),
  every: fc.integer({ min: 1, max: 90 }),
  period: fc.constantFrom(...periods),
  anchor: instants,
});
const suns = fc.record({
  kind: fc.constant("solar" as const),
  event: fc.constantFrom(...solarEvents),
  latitude: fc.oneof(fc.constantFrom(-90, 90, 89.94, -66.5, 78), fc.double({ min: -90, max: 90, noNaN: true })),
  longitude: fc.oneof(fc.constantFrom(-180, 180), fc.double({ min: -180, max: 180, noNaN: true })),
});
const moments = fc.record({ kind: fc.constant("clocked" as const), at: instants });

/** What every schedule promises, at one instant. */
function checkLaws(definition: ScheduleDefinition, zone: string, at: Instant): void {
  const schedule = compileSchedule(definition, zone);
  const next = schedule.next(at);
  const previous = schedule.previous(at);
  if (next !== undefined) {
    expect(Number.isInteger(next)).toBe(true);
    expect(next).toBeGreaterThan(at);
    expect(schedule.previous(next)).toBe(next);
    expect(schedule.previous(next - 1)).toBe(previous);
    expect(schedule.next(next - 1)).toBe(next);
  }
  if (previous !== undefined) {
    expect(previous).toBeLessThanOrEqual(at);
    expect(schedule.next(previous - 1)).toBe(previous);
    expect(schedule.next(previous)).toBe(next);
    expect(schedule.previous(previous)).toBe(previous);
  }
  let end = at;
  for (let index = 0; index < 5; index += 1) end = schedule.next(end) ?? end;
  expect(schedule.count(at, end, 100)).toBe(countBySteps(schedule, at, end, 100));
  let visited = 0;
  schedule.each?.(at, end, (time) => {
    visited += 1;
    expect(schedule.previous(time)).toBe(time);
  });
  if (schedule.each !== undefined) expect(visited).toBe(countBySteps(schedule, at, end, 100));
}

describe("next, previous and count tell one sequence", () => {
  const check = (definitions: fc.Arbitrary<ScheduleDefinition>, numRuns: number) =>
    fc.assert(fc.property(definitions, zones, instants, checkLaws), { numRuns });

  it("of a crontab", () => check(crontabs, 1000));
  it("of an interval", () => check(intervals, 1000));
  it("of the sun", () => check(suns, 60), 20_000);
  it("of one instant", () => check(moments, 100));
});

it("counts whole days of a crontab as it would one by one", () => {
  const property = fc.property(crontabs, zones, instants, (definition, zone, from) => {
    const schedule = compileSchedule(definition, zone);
    const to = from + 400 * 86_400_000;
    expect(schedule.count(from, to, 5000)).toBe(countBySteps(schedule, from, to, 5000));
  });
  fc.assert(property, { numRuns: 100 });
});
