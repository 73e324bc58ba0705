import { describe, expect, it } from "vitest";
import { columnOf, fullestNear, heatGeometry, indexAt, minuteAfter, rowOf, shade } from "./heat-geometry.ts";

const week = 7 * 1440;
const at = Date.parse("2026-11-23T02:17:00Z");

describe("the heat map's geometry", () => {
  it("puts the wall clock's minute into its row, in zones of half hours too", () => {
    for (const [offsetMinutes, row] of [
      [0, 17],
      [540, 17],
      [330, 47],
      [-210, 47],
    ] as const) {
      const geometry = heatGeometry(at, week, offsetMinutes * 60_000);
      expect(rowOf(geometry, 0)).toBe(row);
      expect(geometry.columns).toBe(169);
    }
    expect(heatGeometry(Date.parse("2026-11-23T02:00:00Z"), week, 0).columns).toBe(168);
  });

  it("finds each minute again at its place, and none outside of the week", () => {
    const geometry = heatGeometry(at, week, 0);
    for (const index of [0, 1, 42, 43, 600, week - 1]) {
      expect(indexAt(geometry, columnOf(geometry, index), rowOf(geometry, index))).toBe(index);
    }
    expect(indexAt(geometry, 0, 16)).toBeUndefined();
    expect(indexAt(geometry, 168, 17)).toBeUndefined();
    expect(indexAt(geometry, 3, 60)).toBeUndefined();
  });

  it("gives a finger the fullest minute near it", () => {
    const geometry = heatGeometry(at - 17 * 60_000, week, 0);
    const counts = new Uint16Array(week);
    counts[120] = 5;
    counts[62] = 9;
    expect(fullestNear(geometry, counts, { column: 2, row: 1, columns: 0, rows: 1 })).toBe(120);
    expect(fullestNear(geometry, counts, { column: 2, row: 1, columns: 1, rows: 1 })).toBe(62);
    expect(fullestNear(geometry, counts, { column: 90, row: 30, columns: 2, rows: 2 })).toBe(90 * 60 + 30);
  });

  it("walks by minutes, hours and days, and stops at the ends", () => {
    expect(minuteAfter("ArrowDown", 0, week)).toBe(1);
    expect(minuteAfter("ArrowRight", 0, week)).toBe(60);
    expect(minuteAfter("PageDown", 0, week)).toBe(1440);
    expect(minuteAfter("ArrowUp", 0, week)).toBe(0);
    expect(minuteAfter("End", 5, week)).toBe(week - 1);
    expect(minuteAfter("a", 5, week)).toBeUndefined();
  });

  it("shows one run beside ten thousand", () => {
    expect(shade(0, 10_000)).toBe(0);
    expect(shade(1, 10_000)).toBeGreaterThan(0.1);
    expect(shade(10_000, 10_000)).toBe(1);
  });
});
