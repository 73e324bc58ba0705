import { expect, it } from "vitest";
import { queueByRoutes, type Route } from "./routes.ts";

const queueOf = (task: string, ...routes: readonly Route[]) => queueByRoutes({ routes, defaultQueue: "default" })(task);

it.each([
  ["tapp_a.hello", "tapp_a.hello", true],
  ["tapp_a.hello", "tapp_a.hello_again", false],
  ["tapp_a.*", "tapp_a.deep.hello", true],
  ["tapp_a.*", "tapp_axhello", false],
  ["*.hello", "tapp_b.hello", true],
  ["tapp_?.hello", "tapp_b.hello", true],
  ["tapp_?.hello", "tapp_bb.hello", false],
  ["a+(b).*", "a+(b).c", true],
  ["*", "日本", true],
  [/report/, "tapp_a.report_daily", true],
  [/^report/g, "report.daily", true],
  [/^report/, "tapp_a.report", false],
] as const)("sees whether %s fits %s", (task, name, fits) => {
  const routes = [{ task, queue: "routed" }];
  expect(queueOf(name, ...routes)).toBe(fits ? "routed" : "default");
  expect(queueOf(name, ...routes)).toBe(fits ? "routed" : "default");
});

it("goes by the first route that fits", () => {
  const routes = [
    { task: "tapp_a.slow", queue: "slow" },
    { task: "tapp_a.*", queue: "a" },
  ];
  expect(["tapp_a.slow", "tapp_a.quick", "tapp_b.quick"].map((task) => queueOf(task, ...routes))).toEqual([
    "slow",
    "a",
    "default",
  ]);
});
