import { describe, expect, it } from "vitest";
import { isHyoshiError } from "../base/error.ts";
import { assertNotPast } from "./clocked.ts";
import { compileSchedule, parseDefinition, type ScheduleDefinition } from "./definition.ts";

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isHyoshiError(error)) return { code: error.code, message: error.message, ...error.fields };
    throw error;
  }
  throw new Error("it is accepted");
}

describe("a definition", () => {
  it("keeps the keys of its kind and leaves out what stands beside them", () => {
    expect(parseDefinition({ kind: "interval", every: 5, period: "seconds", zone: "UTC", name: "x" })).toEqual({
      kind: "interval",
      every: 5,
      period: "seconds",
    });
    expect(parseDefinition({ kind: "crontab", expression: " 0  9 * *\tmon " })).toEqual({
      kind: "crontab",
      expression: "0 9 * * mon",
    });
    const sun = { kind: "solar", event: "sunset", latitude: -90, longitude: 180 };
    expect(parseDefinition(sun)).toEqual(sun);
  });

  it("takes instants as milliseconds or as ISO 8601 with an offset", () => {
    const at = Date.parse("2027-03-01T00:00:00Z");
    for (const text of [
      at,
      "2027-03-01T00:00Z",
      "2027-03-01T09:00:00+09:00",
      "2027-03-01 09:00:00.000+0900",
      "2027-02-28t19:00:00,0-05:00",
    ]) {
      expect(parseDefinition({ kind: "clocked", at: text })).toEqual({ kind: "clocked", at });
      expect(parseDefinition({ kind: "interval", every: 1, period: "days", anchor: text })).toEqual({
        kind: "interval",
        every: 1,
        period: "days",
        anchor: at,
      });
    }
  });

  it.each<[unknown, string, string]>([
    [null, "", "schedule 'null' is not an object: expected an object with a kind: interval, crontab, solar, clocked"],
    [[], "", "schedule '[]' is not an object: expected an object with a kind: interval, crontab, solar, clocked"],
    [{}, "kind", "schedule kind is missing: expected interval, crontab, solar, clocked"],
    [{ kind: "cron" }, "kind", "schedule kind 'cron' is not known: expected interval, crontab, solar, clocked"],
    [
      { kind: "interval", every: 0, period: "seconds" },
      "every",
      "interval every '0' is out of range: expected a whole number of seconds from 1 to 1000000",
    ],
    [
      { kind: "interval", every: 0.5, period: "seconds" },
      "every",
      "interval every '0.5' is out of range: expected a whole number of seconds from 1 to 1000000",
    ],
    [
      { kind: "interval", every: "5", period: "seconds" },
      "every",
      "interval every '5' is not a number: expected a whole number of seconds from 1 to 1000000",
    ],
    [
      { kind: "interval", every: 1201, period: "months" },
      "every",
      "interval every '1201' is out of range: expected a whole number of months from 1 to 1200",
    ],
    [
      { kind: "interval", every: 1, period: "years" },
      "period",
      "interval period 'years' is not known: expected seconds, minutes, hours, days, weeks, months",
    ],
    [{ kind: "crontab", expression: "99 * * * *" }, "expression", "crontab minute '99' is out of range: expected 0-59"],
    [
      { kind: "solar", event: "sunrise", latitude: 91, longitude: 0 },
      "latitude",
      "solar latitude '91' is out of range: expected degrees from -90 to 90",
    ],
    [
      { kind: "solar", event: "sunrise", latitude: 0, longitude: -180.1 },
      "longitude",
      "solar longitude '-180.1' is out of range: expected degrees from -180 to 180",
    ],
    [
      { kind: "solar", event: "sunrise", latitude: "35", longitude: 0 },
      "latitude",
      "solar latitude '35' is not a number: expected degrees from -90 to 90",
    ],
    [
      { kind: "solar", event: "sunrise", longitude: 0 },
      "latitude",
      "solar latitude is missing: expected degrees from -90 to 90",
    ],
  ])("%j is refused, with the path of what is wrong", (value, key, message) => {
    const path = key === "" ? "schedules.1" : `schedules.1.${key}`;
    expect(refusal(() => parseDefinition(value, "schedules.1"))).toMatchObject({
      message,
      path,
      accepted: expect.any(String),
    });
  });

  it.each([
    "1803740400000",
    "2027-01-01",
    "2027-01-01T00:00",
    "2027-02-29T00:00Z",
    "2027-01-01T24:01Z",
    "1899-12-31T23:59Z",
    1.5,
    null,
    undefined,
  ])("a clocked time %j is refused", (at) => {
    expect(refusal(() => parseDefinition({ kind: "clocked", at }, "schedule"))).toMatchObject({
      code: "invalid_clocked",
      field: "at",
      path: "schedule.at",
    });
  });

  it("has a stable code for each kind of fault", () => {
    const codes = [{}, { kind: "interval" }, { kind: "crontab" }, { kind: "solar" }, { kind: "clocked" }].map(
      (value) => refusal(() => parseDefinition(value)).code,
    );
    expect(codes).toEqual([
      "invalid_schedule",
      "invalid_interval",
      "invalid_crontab",
      "invalid_solar",
      "invalid_clocked",
    ]);
  });
});

describe("compiling", () => {
  it("refuses what a damaged row may hold, rather than to misbehave", () => {
    const damaged = [
      { kind: "interval", every: Number.NaN, period: "seconds" },
      { kind: "interval", every: -1, period: "days" },
      { kind: "interval", every: 1, period: "days", anchor: Number.POSITIVE_INFINITY },
      { kind: "crontab", expression: "0 0 31 2 *" },
      { kind: "solar", event: "sunrise", latitude: Number.NaN, longitude: 0 },
      { kind: "clocked", at: 1.5 },
      { kind: "lunar" },
    ];
    // They arrive as JSON that nobody has checked.
    for (const definition of damaged)
      expect(() => compileSchedule(definition as ScheduleDefinition, "UTC")).toThrow(/expected/);
  });

  it("refuses an unknown zone for every kind", () => {
    const definitions: ScheduleDefinition[] = [
      { kind: "interval", every: 5, period: "seconds" },
      { kind: "crontab", expression: "* * * * *" },
      { kind: "solar", event: "sunset", latitude: 0, longitude: 0 },
      { kind: "clocked", at: 0 },
    ];
    for (const definition of definitions)
      expect(refusal(() => compileSchedule(definition, "Mars/Base")).code).toBe("unknown_time_zone");
  });
});

describe("a clocked time", () => {
  it("is refused once it has passed, where a schedule is saved", () => {
    const definition = { kind: "clocked", at: Date.parse("2027-01-01T00:00:00Z") } as const;
    expect(refusal(() => assertNotPast(definition, Date.parse("2027-01-01T00:00:01Z"), "schedules.0"))).toMatchObject({
      code: "clocked_in_past",
      path: "schedules.0.at",
      message: "clocked time '2027-01-01T00:00:00.000Z' has passed: expected a time after 2027-01-01T00:00:01.000Z",
    });
    expect(() => assertNotPast(definition, definition.at - 1)).not.toThrow();
  });

  it("is one nominal time", () => {
    const schedule = compileSchedule({ kind: "clocked", at: 5000 }, "UTC");
    expect([schedule.next(4999), schedule.next(5000), schedule.previous(4999), schedule.previous(5000)]).toEqual([
      5000,
      undefined,
      undefined,
      5000,
    ]);
    expect([
      schedule.count(0, 5000, 9),
      schedule.count(5000, 6000, 9),
      schedule.count(5001, 6000, 9),
      schedule.count(0, 9999, 0),
    ]).toEqual([1, 1, 0, 0]);
  });
});
