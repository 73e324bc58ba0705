import { describe, expect, it } from "vitest";
import { addDays, addMonths, dateIn, datesBetween, isDate, monthsOf, weekdayOf } from "./plain-date.ts";

describe("dates without a time", () => {
  it("know which dates there are", () => {
    expect(["2028-02-29", "2027-02-29", "2027-2-1", "2027-13-01", "soon"].map(isDate)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("go on over the ends of months and years", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
    expect(addMonths("2027-01-31", 1)).toBe("2027-02-28");
    expect(addMonths("2027-01-31", -2)).toBe("2026-11-30");
  });

  it("stop at the limit", () => {
    expect(datesBetween("2026-12-30", "2027-01-02", 10)).toEqual([
      "2026-12-30",
      "2026-12-31",
      "2027-01-01",
      "2027-01-02",
    ]);
    expect(datesBetween("2026-01-01", "2099-01-01", 3)).toHaveLength(3);
  });

  it("are another in another zone", () => {
    const at = Date.parse("2026-11-22T20:00:00Z");
    expect(dateIn("Asia/Tokyo", at)).toBe("2026-11-23");
    expect(dateIn("America/New_York", at)).toBe("2026-11-22");
  });
});

describe("the months of a year", () => {
  it("hold each day once, under its weekday", () => {
    for (const firstWeekday of [0, 1]) {
      const months = monthsOf(2028, firstWeekday);
      const days = months.flatMap(({ weeks }) => weeks.flat().filter((day) => day !== null));
      expect(new Set(days).size).toBe(366);
      for (const { weeks } of months) {
        for (const week of weeks) {
          expect(week).toHaveLength(7);
          week.forEach((day, column) => {
            if (day !== null) expect(weekdayOf(day)).toBe((column + firstWeekday) % 7);
          });
        }
      }
    }
  });
});
