import { describe, expect, it } from "vitest";
import { z } from "zod";
import { task } from "./task.ts";
import { parseInput, toPayload } from "./task-input.ts";

const run = () => {};
const schema = z.object({ b: z.number(), a: z.string().default("x") });
const typed = task("app.typed", { input: schema, run });
const ordered = task("app.ordered", { input: schema, positional: ["a", "b"], run });
const union = task("app.union", { input: z.union([schema, z.string()]), run });
const plain = task("app.plain", { run });
const failure = (message: string) =>
  expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(message) });

describe("parseInput", () => {
  it("gives a task with a schema what the schema makes of the input", () => {
    expect(parseInput(typed, { input: { b: 1 } })).toEqual({ b: 1, a: "x" });
    expect(() => parseInput(typed, { input: { b: "1" } })).toThrow(failure("/b"));
  });

  it("takes keyword arguments for the input, and fills it from positional ones as the schema declares them", () => {
    expect(parseInput(typed, { args: [], kwargs: { b: 1 } })).toEqual({ b: 1, a: "x" });
    expect(parseInput(typed, { args: [1], kwargs: { a: "y" } })).toEqual({ b: 1, a: "y" });
    expect(parseInput(typed, { args: [1, "y"], kwargs: {} })).toEqual({ b: 1, a: "y" });
  });

  it("takes one argument as the input where that is no plain object", () => {
    const number = task("app.number", { input: z.number(), run() {} });
    expect(parseInput(number, { args: [1], kwargs: {} })).toBe(1);
  });

  it("fills it in the order that the task names", () => {
    expect(parseInput(ordered, { args: ["y", 1], kwargs: {} })).toEqual({ b: 1, a: "y" });
  });

  it.each([
    [typed, [1, "a", 3], {}, "it takes at most 2 (b, a)"],
    [typed, [1], { b: 2 }, "'b' is among the keyword arguments as well"],
    [union, [1, 2], {}, "its input schema is not a plain object, so it takes none"],
  ])("refuses arguments that it cannot place", (made, args, kwargs, message) => {
    expect(() => parseInput(made, { args, kwargs })).toThrow(failure(message));
  });

  it("gives a task without a schema args and kwargs", () => {
    expect(parseInput(plain, { args: [1], kwargs: { a: 2 } })).toEqual({ args: [1], kwargs: { a: 2 } });
    expect(parseInput(plain, { input: { a: 2 } })).toEqual({ args: [], kwargs: { a: 2 } });
    expect(() => parseInput(plain, { input: [1] })).toThrow(failure("takes args and kwargs"));
  });
});

describe("toPayload", () => {
  it("keeps what is sent as JSON", () => {
    expect(toPayload(typed, { b: 1, at: new Date(0) })).toEqual({ input: { b: 1, at: "1970-01-01T00:00:00.000Z" } });
    expect(toPayload(typed, undefined)).toEqual({ input: {} });
    expect(() => toPayload(typed, { b: 1n })).toThrow(
      failure("the input of task 'app.typed' is not JSON: the bigint 1n"),
    );
  });

  it("takes args and kwargs, and nothing else, for a task without a schema", () => {
    expect(toPayload(plain, undefined)).toEqual({ args: [], kwargs: {} });
    expect(toPayload(plain, { args: [1] })).toEqual({ args: [1], kwargs: {} });
    for (const wrong of [{ a: 1 }, [1], "text", { args: {} }, { kwargs: [] }]) {
      expect(() => toPayload(plain, wrong)).toThrow(failure("takes { args: [ … ], kwargs: { … } }"));
    }
  });
});
