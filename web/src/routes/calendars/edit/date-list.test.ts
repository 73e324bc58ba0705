import { describe, expect, it } from "vitest";
import { parseDateList } from "./date-list.ts";

describe("a pasted list of dates", () => {
  it("is read however the dates are written", () => {
    const { days, faults } = parseDateList(
      [
        "2026-12-29 Year's end",
        "2026/12/30,Year's end",
        "20261231\tYear's end",
        "2027年1月4日 仕事始め",
        '"2027-01-05","Inventory"',
        "2027.1.6",
      ].join("\n"),
    );
    expect(faults).toEqual([]);
    expect(days).toEqual([
      { date: "2026-12-29", name: "Year's end" },
      { date: "2026-12-30", name: "Year's end" },
      { date: "2026-12-31", name: "Year's end" },
      { date: "2027-01-04", name: "仕事始め" },
      { date: "2027-01-05", name: "Inventory" },
      { date: "2027-01-06", name: "" },
    ]);
  });

  it("takes ranges, each day of which has the name", () => {
    const { days } = parseDateList("2026-12-30..2027-01-01 closed\n2027/8/13 〜 2027/8/14 お盆");
    expect(days.map(({ date }) => date)).toEqual([
      "2026-12-30",
      "2026-12-31",
      "2027-01-01",
      "2027-08-13",
      "2027-08-14",
    ]);
    expect(days.map(({ name }) => name)).toEqual(["closed", "closed", "closed", "お盆", "お盆"]);
  });

  it("tells the lines that hold no date, and keeps the others", () => {
    const { days, faults } = parseDateList(
      "# 2027\n\n2027-02-30 no such day\nnext week\n2027-03-01..2020-01-01\n2027-01-02..2099-01-01\n2027-03-02",
    );
    expect(days).toEqual([{ date: "2027-03-02", name: "" }]);
    expect(faults.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
  });
});
