import { expect, test } from "vitest";
import { diffValues } from "./diff-values.ts";

test("equal values do not differ", () => {
  expect(diffValues({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
});

test("absent, null and empty say the same", () => {
  expect(diffValues({ a: null, b: [], c: "" }, { b: null, c: {} })).toEqual([]);
});

test("the deepest place is named", () => {
  const before = { overlap: "allow", schedules: [{ kind: "crontab", expression: "0 2 * * *" }] };
  const after = { overlap: "allow", schedules: [{ kind: "crontab", expression: "30 2 * * *" }] };
  expect(diffValues(before, after)).toEqual([
    { path: ["schedules", 0, "expression"], before: "0 2 * * *", after: "30 2 * * *" },
  ]);
});

test("what appears or goes is told whole", () => {
  expect(diffValues({ tags: ["a"] }, { tags: ["a", "b"], owner: { id: 1 } })).toEqual([
    { path: ["tags", 1], before: undefined, after: "b" },
    { path: ["owner"], before: undefined, after: { id: 1 } },
  ]);
  expect(diffValues(null, { a: 1 })).toEqual([{ path: [], before: null, after: { a: 1 } }]);
});
