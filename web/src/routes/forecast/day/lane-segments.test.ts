import { describe, expect, it } from "vitest";
import { areaPath, laneSegments, loadColumns } from "./lane-segments.ts";

const hour = 3_600_000;
const day = { from: 0, to: 24 * hour, width: 1_440 };

describe("the bars of a lane", () => {
  it("are as long as the runs, and merge where these touch", () => {
    expect(laneSegments([hour, 2 * hour], hour / 2, day)).toEqual([
      { from: 60, to: 90 },
      { from: 120, to: 150 },
    ]);
    expect(laneSegments([2 * hour, hour], hour, day)).toEqual([{ from: 60, to: 180 }]);
  });

  it("can be seen however short the run, and end with the day", () => {
    expect(laneSegments([0], 10, day)).toEqual([{ from: 0, to: 2 }]);
    expect(laneSegments([23 * hour], 5 * hour, day)).toEqual([{ from: 1_380, to: 1_440 }]);
    expect(laneSegments([25 * hour], hour, day)).toEqual([]);
    expect(laneSegments([-hour], 2 * hour, day)).toEqual([{ from: 0, to: 60 }]);
  });
});

describe("the load of a day", () => {
  it("keeps its peaks on a narrow screen", () => {
    const perMinute = Array<number>(1_440).fill(1);
    perMinute[700] = 9;
    const columns = loadColumns(perMinute, 300);
    expect(columns).toHaveLength(300);
    expect(Math.max(...columns)).toBe(9);
    expect(columns.filter((count) => count === 9)).toHaveLength(1);
  });

  it("is drawn where it is above the floor", () => {
    const y = (count: number) => 10 - count;
    expect(areaPath([0, 2, 2, 0, 3], y, 0)).toBe("M1 10V8H3V10zM4 10V7H5V10z");
    expect(areaPath([0, 2, 2, 0, 3], y, 2)).toBe("M4 8V7H5V8z");
  });
});
