import { expect, test } from "vitest";
import { flagOf, instantOf, numberOf, textOf } from "./foreign-value.ts";

test("times are read with and without an offset, to the millisecond below", () => {
  const at = Date.UTC(2026, 10, 22, 19, 47, 35, 123);
  expect(instantOf("2026-11-22 19:47:35.123999", "UTC")).toBe(at);
  expect(instantOf("2026-11-22 19:47:35.123999+00", "Asia/Tokyo")).toBe(at);
  expect(instantOf("2026-11-23 04:47:35.123+09:00", "UTC")).toBe(at);
  expect(instantOf("2026-11-22T14:17:35.123-0530", "UTC")).toBe(at);
  expect(instantOf("2026-11-22T19:47:35.123Z", "Asia/Tokyo")).toBe(at);
  expect(instantOf("2026-11-23 04:47:35.123", "Asia/Tokyo")).toBe(at);
  expect(instantOf("2026-11-22 19:47", "UTC")).toBe(at - 35_123);
  for (const none of [null, undefined, "", "soon", 7]) expect(instantOf(none, "UTC")).toBeNull();
});

test("flags, numbers and texts are read as either database writes them", () => {
  expect([flagOf(1, false), flagOf("t", false), flagOf(0, true), flagOf("f", true), flagOf(undefined, true)]).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  expect([numberOf("35.680000"), numberOf(7), numberOf(null), numberOf("x")]).toEqual([35.68, 7, null, null]);
  expect([textOf(""), textOf("a"), textOf(null), textOf(7)]).toEqual([null, "a", null, "7"]);
});
