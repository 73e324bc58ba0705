import { describe, expect, it } from "vitest";
import { isHyoshiError } from "../base/error.ts";
import { assertFires, parseRules } from "./parse-rules.ts";

const parse = (value: Record<string, unknown>) => parseRules(value, "America/New_York", "schedules.0");

function refusal(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (isHyoshiError(error)) return { code: error.code, message: error.message, ...error.fields };
    throw error;
  }
  throw new Error("nothing is refused");
}

describe("the rules of a schedule", () => {
  it("have defaults", () => {
    const defaults = { gap: "default", fold: "default", startsAt: null, endsAt: null };
    expect(parse({})).toEqual(defaults);
    expect(parse({ gap: null, fold: undefined, startsAt: null, kind: "crontab" })).toEqual(defaults);
  });

  it("take instants as numbers, with an offset, or on the zone's clock", () => {
    expect(parse({ gap: "skip", fold: "both", startsAt: 5, endsAt: "2027-07-01T00:00Z" })).toEqual({
      gap: "skip",
      fold: "both",
      startsAt: 5,
      endsAt: Date.UTC(2027, 6),
    });
    expect(parse({ startsAt: "2027-07-01", endsAt: "2027-11-07T01:30" })).toMatchObject({
      startsAt: Date.parse("2027-07-01T04:00Z"),
      endsAt: Date.parse("2027-11-07T05:30Z"),
    });
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ gap: "later" }, "gap", "schedule gap 'later' is not known: expected default, after, skip"],
    [{ fold: 2 }, "fold", "schedule fold '2' is not known: expected default, first, second, both"],
    [{ startsAt: "soon" }, "startsAt", "schedule start 'soon' is not a time: expected milliseconds since 1970"],
    [{ endsAt: "2027-02-30" }, "endsAt", "schedule end '2027-02-30' is not a time: expected milliseconds since 1970"],
    [{ endsAt: 1e300 }, "endsAt", "schedule end '1e+300' is not a time"],
    [
      { startsAt: 2000, endsAt: 1000 },
      "endsAt",
      "schedule end '1970-01-01T00:00:01.000Z' lies before its start '1970-01-01T00:00:02.000Z'",
    ],
  ])("%j are refused, with the path of what is wrong", (value, field, message) => {
    expect(refusal(() => parse(value))).toMatchObject({
      code: "invalid_schedule",
      field,
      path: `schedules.0.${field}`,
      message: expect.stringContaining(message),
      text: { ja: expect.stringMatching(/\p{sc=Hira}/u) },
    });
  });

  it("leave a time at least", () => {
    expect(() => assertFires(true)).not.toThrow();
    expect(refusal(() => assertFires(false)).message).toContain("has no time between its start and its end");
  });
});
