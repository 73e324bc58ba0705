import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { formatLocal, TimeZone, timeZone } from "./time-zone.ts";
import { assertZone } from "./zone-name.ts";

describe("offsets", () => {
  it("agree with Temporal everywhere, from 1970 into the far future", () => {
    const names = Intl.supportedValuesOf("timeZone");
    const property = fc.property(
      fc.constantFrom(...names),
      fc.integer({ min: 0, max: Date.UTC(2200, 0) }),
      (name, instant) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name);
        expect(timeZone(name).offsetAt(instant)).toBe(zoned.offsetNanoseconds / 1e6);
        const following = zoned.getTimeZoneTransition("next")?.epochMilliseconds;
        const until = instant + 3 * 366 * 86_400_000;
        const expected = following === undefined || following > until ? undefined : following;
        expect(timeZone(name).nextChange(instant, until)?.at).toBe(expected);
      },
    );
    fc.assert(property, { numRuns: 150 });
  }, 30_000);

  it("hold two changes within one week, as in Brazil in 2000", () => {
    const changes: string[] = [];
    let at = Date.UTC(2000, 8, 1);
    for (;;) {
      const change = timeZone("America/Noronha").nextChange(at, Date.UTC(2000, 11, 1));
      if (change === undefined) break;
      at = change.at;
      changes.push(new Date(at).toISOString());
    }
    expect(changes).toEqual(["2000-10-08T02:00:00.000Z", "2000-10-15T01:00:00.000Z"]);
  });

  it("hold a change at the very turn of a year", () => {
    const turn = Date.UTC(2027, 0, 1);
    const zone = new TimeZone("Test/Turn", (instant) => (instant < turn ? 0 : 3_600_000));
    expect(zone.nextChange(turn - 86_400_000, turn + 86_400_000)).toEqual({ at: turn, before: 0, after: 3_600_000 });
    expect([zone.offsetAt(turn - 1), zone.offsetAt(turn)]).toEqual([0, 3_600_000]);
    expect(zone.firstAt(turn + 1_800_000)).toBe(turn);
  });
});

it("tells an instant as the zone's clock reads it", () => {
  expect(formatLocal(Date.UTC(2027, 2, 14, 7), "America/New_York")).toBe("2027-03-14T03:00:00-04:00");
  expect(formatLocal(Date.UTC(2027, 0, 1, 0, 0, 0, 5), "Asia/Kathmandu")).toBe("2027-01-01T05:45:00.005+05:45");
  expect(formatLocal(0, "UTC")).toBe("1970-01-01T00:00:00+00:00");
});

describe("the name of a zone", () => {
  it("is given back in its usual case", () => {
    expect(
      ["Asia/Tokyo", "asia/tokyo", "utc", "America/Argentina/Buenos_Aires", "Etc/GMT-9"].map((name) =>
        assertZone(name),
      ),
    ).toEqual(["Asia/Tokyo", "Asia/Tokyo", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT-9"]);
    expect(assertZone("Asia/Kolkata")).toBe("Asia/Kolkata");
  });

  it.each([
    ["Asia/Tokio", "; did you mean Asia/Tokyo?"],
    ["tokyo", "; did you mean Asia/Tokyo?"],
    ["New York", "; did you mean America/New_York?"],
    ["JST", "; did you mean Asia/Tokyo?"],
    ["Mars/Base", ""],
    ["+09:00", ""],
    ["", ""],
  ])("%j is refused with the nearest", (name, hint) => {
    const message = `time zone '${name}' is not known: expected an IANA name such as Asia/Tokyo or UTC${hint}`;
    expect(() => assertZone(name)).toThrow(expect.objectContaining({ code: "unknown_time_zone", message }));
  });

  it("is refused when it is no text, or too long", () => {
    for (const name of [undefined, 9, "A".repeat(5000)]) expect(() => assertZone(name)).toThrow(/is not known/);
  });
});
