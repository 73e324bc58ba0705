import { expect, it } from "vitest";
import { pythonRepr } from "./python-repr.ts";
import { keptNumber } from "./rich-value.ts";

it.each([
  [[2, 3], "(2, 3)"],
  [["boom"], "('boom',)"],
  [[], "()"],
  [[null, true, false, 1.5], "(None, True, False, 1.5)"],
  [[-5.03e-8, 1e105, 3], "(-5.03e-08, 1e+105, 3)"],
  [["it's"], "('it\\'s',)"],
  [[[1, [2, [3]]]], "([1, [2, [...]]],)"],
  [[{ a: { b: { c: 1 } } }], "({'a': {'b': {...}}},)"],
  [[keptNumber("12345678901234567890"), { __type__: "decimal", __value__: "1.10" }], "(12345678901234567890, '1.10')"],
])("shows %j as args", (value, text) => {
  expect(pythonRepr(value, { tuple: true })).toBe(text);
});

it("shows objects with quoted keys", () => {
  expect(pythonRepr({ a: 1, b: [] })).toBe("{'a': 1, 'b': []}");
  expect(pythonRepr({})).toBe("{}");
});

it("ends about where it is told to, with its brackets closed", () => {
  expect(pythonRepr([1, 2, 3, 4, 5], { limit: 6 })).toBe("[1, 2, 3, ...]");
  expect(pythonRepr(["x".repeat(50)], { tuple: true, limit: 10 })).toBe("('xxxxxxxxx...',)");
  expect(pythonRepr({ a: ["x".repeat(2000)], b: 1 }, { limit: 1024 }).length).toBeLessThan(1100);
});
