import { expect, it } from "vitest";
import { commandEnvironment } from "./command-environment.ts";

const worker = {
  PATH: "/bin",
  HOME: "/root",
  LC_ALL: "C",
  DATABASE_URL: "postgres://secret",
  PROXY: "p",
  GONE: undefined,
};
const request = { worker, pass: [], given: [], run: {} };

it("passes on the few variables that every command needs, and those that the settings name", () => {
  expect(commandEnvironment(request)).toEqual({ PATH: "/bin", HOME: "/root", LC_ALL: "C" });
  expect(commandEnvironment({ ...request, pass: ["PROXY", "GONE"] })).toMatchObject({ PROXY: "p" });
});

it("puts input under its own prefix, texts as they are and the rest as JSON", () => {
  const input = { customer: `"; rm -rf /`, count: 2, list: [1, "a"], PATH: "/evil" };
  expect(commandEnvironment({ ...request, input })).toMatchObject({
    INPUT_customer: `"; rm -rf /`,
    INPUT_count: "2",
    INPUT_list: '[1,"a"]',
    INPUT_PATH: "/evil",
    PATH: "/bin",
  });
});

it("lets the user's home and what was given win over the worker's, and what is told of the run over all", () => {
  const whole = commandEnvironment({
    ...request,
    user: { name: "shop", home: "/home/shop" },
    given: [{ PATH: "/usr/bin", HYOSHI_RUN_ID: "forged" }],
    run: { RUN_ID: "1", NOMINAL_AT: undefined },
  });
  expect(whole).toMatchObject({ HOME: "/home/shop", USER: "shop", PATH: "/usr/bin", HYOSHI_RUN_ID: "1" });
  expect("HYOSHI_NOMINAL_AT" in whole).toBe(false);
});

it("refuses names and values that no variable can have", () => {
  const invalid = expect.objectContaining({ code: "invalid_input" });
  expect(() => commandEnvironment({ ...request, input: { "a-b": 1 } })).toThrow(invalid);
  expect(() => commandEnvironment({ ...request, given: [{ A: "a\0b" }] })).toThrow(invalid);
});
