import { expect, test } from "vitest";
import { formatDuration, formatRelative } from "./duration.ts";

const hour = 3_600_000;

test("a duration has two figures at every size", () => {
  const written = [
    0,
    7,
    123,
    999,
    4_140,
    9_960,
    41_300,
    59_700,
    60_000,
    200_000,
    3_599_600,
    7_500_000,
    24 * hour,
    76 * hour,
  ];
  expect(written.map((ms) => formatDuration(ms, "en"))).toEqual([
    "0 ms",
    "7 ms",
    "120 ms",
    "1.0 s",
    "4.1 s",
    "10 s",
    "41 s",
    "1 min",
    "1 min",
    "3 min 20 s",
    "1 h",
    "2 h 5 min",
    "1 d",
    "3 d 4 h",
  ]);
});

test("Japanese durations have no spaces between their parts", () => {
  expect(formatDuration(7_500_000, "ja")).toBe("2時間5分");
  expect(formatDuration(120, "ja")).toBe("120ミリ秒");
});

test("what is to come is told in two parts and what is over in one", () => {
  const now = 1_800_000_000_000;
  const told = [12_000, 11_520_000, 900, -900, -5_000, -200_000, -9.4 * hour, -60 * hour];
  expect(told.map((distance) => formatRelative(now + distance, now, "en"))).toEqual([
    "in 12 s",
    "in 3 h 12 min",
    "now",
    "now",
    "5 s ago",
    "3 min ago",
    "9 h ago",
    "2 d ago",
  ]);
  expect(formatRelative(now + 11_520_000, now, "ja")).toBe("3時間12分後");
});
