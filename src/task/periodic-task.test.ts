import { expect, test } from "vitest";
import { z } from "zod";
import { isPeriodicTask, periodicTask } from "./periodic-task.ts";
import { task } from "./task.ts";

const report = task("shop.report", { input: z.object({ days: z.number(), to: z.string().default("ops") }), run() {} });
const tick = task("shop.tick", { run() {} });
const optional = task("shop.optional", { input: z.object({ a: z.number().optional() }), run() {} });
const schedules = [{ kind: "crontab", expression: "30 2 * * *" }] as const;

test("a definition names its task, and is known by its name unless it has a key", () => {
  const made = periodicTask({ name: "Report", task: report, input: { days: 1 }, schedules });
  expect(made).toEqual({ name: "Report", key: "Report", task: "shop.report", input: { days: 1 }, schedules });
  expect(isPeriodicTask(made)).toBe(true);
  expect(isPeriodicTask({ ...made })).toBe(false);
  expect(periodicTask({ name: "Report", key: "report", task: "elsewhere.report", args: [1] })).toMatchObject({
    key: "report",
    task: "elsewhere.report",
  });
});

test("the compiler holds the input to what the task takes", () => {
  periodicTask({ name: "a", task: report, input: { days: 1, to: "x" } });
  periodicTask({ name: "a", task: optional });
  periodicTask({ name: "a", task: optional, input: { a: 1 } });
  periodicTask({ name: "a", task: tick, kwargs: { a: 1 } });
  // @ts-expect-error the input is missing
  periodicTask({ name: "a", task: report });
  // @ts-expect-error the input does not fit
  periodicTask({ name: "a", task: report, input: { days: "one" } });
  // @ts-expect-error a task without a schema takes arguments
  periodicTask({ name: "a", task: tick, input: {} });
  // @ts-expect-error there is no such kind of schedule
  periodicTask({ name: "a", task: tick, schedules: [{ kind: "sometimes" }] });
  expect(true).toBe(true);
});
