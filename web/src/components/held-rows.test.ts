import { expect, test } from "vitest";
import { holdBack } from "./held-rows.ts";

test("known rows take their new content and new rows only raise the count", () => {
  const fresh = [
    { id: 3, state: "running" },
    { id: 2, state: "succeeded" },
    { id: 1, state: "failed" },
  ];
  const { rows, waiting } = holdBack(fresh, new Set([1, 2]), (row) => row.id);
  expect(rows.map((row) => row.state)).toEqual(["succeeded", "failed"]);
  expect(waiting).toBe(1);
});
