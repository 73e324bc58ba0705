import { expect, it } from "vitest";
import { sig } from "../../test/support/canvas.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { builtInTask } from "./built-in-task.ts";

it("carries out the tasks that every Celery worker knows", () => {
  const of = (task: string, args: readonly Json[], kwargs: JsonObject = {}) => builtInTask({ task, args, kwargs });
  expect(of("celery.map", [], { task: sig("a"), it: [[1], 2] })).toEqual({
    kind: "calls",
    task: "a",
    calls: [
      { args: [[1]], kwargs: {} },
      { args: [2], kwargs: {} },
    ],
  });
  expect(of("celery.starmap", [], { task: sig("a"), it: [[1, 2]] })).toMatchObject({ calls: [{ args: [1, 2] }] });
  expect(of("celery.accumulate", [1, 2])).toEqual({ kind: "result", result: [1, 2] });
  expect(of("celery.backend_cleanup", [])).toEqual({ kind: "result", result: null });
  const members = [[["a", null], null]];
  expect(of("celery.chord_unlock", ["g", sig("sum")], { interval: null, max_retries: null, result: members })).toEqual({
    kind: "unlock",
    groupId: "g",
    body: sig("sum"),
    members,
    againMs: 1000,
  });
  expect(of("celery.chord_unlock", ["g"])).toBeUndefined();
  expect(of("proj.add", [])).toBeUndefined();
});
