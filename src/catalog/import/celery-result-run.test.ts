import { expect, test } from "vitest";
import type { ForeignRow } from "../../foreign/foreign-tables.ts";
import { type ConvertedResult, groupMembers, groupRun, resultRun } from "./celery-result-run.ts";

const context = {
  zone: "UTC",
  queue: "default",
  periodicTaskId: (name: string) => (name === "Nightly" ? 7 : undefined),
};

const row: ForeignRow = {
  id: 1,
  task_id: "b1d4",
  status: "SUCCESS",
  content_type: "application/json",
  content_encoding: "utf-8",
  result: '{"rows": 3}',
  date_done: "2026-11-22 10:00:05.500000",
  traceback: null,
  meta: '{"children": []}',
  task_name: "shop.tasks.report",
  task_args: JSON.stringify("('sales', 2)"),
  task_kwargs: JSON.stringify("{'dry': True}"),
  worker: "celery@a",
  date_created: "2026-11-22 10:00:01",
  periodic_task_name: "Nightly",
  date_started: "2026-11-22 10:00:02",
};
const at = (second: number) => Date.UTC(2026, 10, 22, 10, 0, 0) + second * 1000;

function converted(parts: ForeignRow): ConvertedResult {
  const answer = resultRun({ ...row, ...parts }, context);
  if (typeof answer === "string") throw new Error(answer);
  return answer;
}

test("a success keeps its id, its times, its worker, its arguments and its result", () => {
  expect(converted({})).toEqual({
    run: {
      ...{ id: "b1d4", task: "shop.tasks.report", queue: "default", priority: 5, options: {} },
      payload: { args: ["sales", 2], kwargs: { dry: true } },
      origin: { kind: "import" },
      state: "succeeded",
      ...{ queuedAt: at(1), availableAt: at(1), startedAt: at(2), endedAt: at(5.5) },
      ...{ periodicTaskId: 7, worker: "celery@a", attempt: 1 },
      result: { rows: 3 },
    },
    losses: [],
  });
});

test("a failure has its exception and its traceback", () => {
  const failed = {
    status: "FAILURE",
    result: '{"exc_type": "ValueError", "exc_message": ["bad", 3], "exc_module": "builtins"}',
  };
  expect(converted({ ...failed, traceback: "Traceback:\nValueError: bad" }).run).toMatchObject({
    state: "failed",
    error: { name: "ValueError", message: "bad, 3", stack: "Traceback:\nValueError: bad" },
  });
  expect(
    converted({ status: "FAILURE", result: null, traceback: "Traceback:\nOSError: full\n" }).run.error,
  ).toMatchObject({
    message: "OSError: full",
  });
  expect(converted({ status: "REVOKED", result: null, date_started: null }).run).toMatchObject({
    state: "cancelled",
    attempt: 0,
  });
});

test("rows of the first versions, which had little more than an id and a state, become runs as well", () => {
  const { task_id, status, content_type, content_encoding, result, date_done, traceback, meta } = row;
  const first = {
    id: 1,
    task_id,
    status,
    content_type,
    content_encoding,
    result,
    date_done,
    traceback,
    meta,
    hidden: 0,
  };
  const answer = resultRun(first, context);
  expect(answer).toMatchObject({
    run: { task: "unknown", payload: { args: [], kwargs: {} }, queuedAt: at(5.5), endedAt: at(5.5) },
    losses: ["no_task"],
  });
  expect(resultRun({ ...first, hidden: 1 }, context)).toBe("was deleted there (hidden)");
});

test("what cannot be read stays text, and is told", () => {
  expect(converted({ task_args: JSON.stringify("(<Order: 7>,)") })).toMatchObject({
    run: { payload: { args: ['"(<Order: 7>,)"', "\"{'dry': True}\""], kwargs: {} } },
    losses: ["arguments_as_text"],
  });
  expect(
    converted({ content_type: "application/x-python-serialize", content_encoding: "binary", result: "gAR9" }),
  ).toMatchObject({
    run: { result: "gAR9" },
    losses: ["result_as_text"],
  });
  expect(converted({ task_args: '["plain", "list"]', task_kwargs: null }).run.payload).toEqual({
    args: ["plain", "list"],
    kwargs: {},
  });
});

test("what has not ended is none, and says so", () => {
  for (const status of ["PENDING", "STARTED", "RETRY", "PROGRESS"]) {
    expect(resultRun({ ...row, status }, context)).toContain(status);
  }
  expect(resultRun({ ...row, task_id: "" }, context)).toBe("has no task id");
  expect(resultRun({ ...row, date_done: null }, context)).toBe("has no time of its end");
});

test("a group is a run above its members, as well as they ended", () => {
  const group = {
    ...{ id: 1, group_id: "g", content_type: "application/json", content_encoding: "utf-8" },
    result: '[["g", null], [[["a", null], null], [["b", ["a", null]], null], "c"]]',
    ...{ date_created: "2026-11-22 10:00:00", date_done: "2026-11-22 10:00:09" },
  };
  expect(groupMembers(group)).toEqual(["a", "b", "c"]);
  expect(groupMembers({ ...group, result: "gAR9", content_encoding: "binary" })).toBeUndefined();
  const states = (...all: string[]) => new Map(all.map((state, index) => [String(index), state]));
  expect(groupRun(group, states("succeeded", "succeeded"), context)).toMatchObject({
    ...{ id: "g", task: "celery.group", state: "succeeded", queuedAt: at(0), endedAt: at(9) },
    payload: { args: ["0", "1"] },
  });
  expect(groupRun(group, states("succeeded", "failed"), context)?.state).toBe("failed");
  expect(groupRun(group, states("succeeded", "cancelled"), context)?.state).toBe("cancelled");
  expect(groupRun(group, new Map(), context)).toBeUndefined();
});
