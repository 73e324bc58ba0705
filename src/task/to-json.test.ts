import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonError, jsonPointer, MAX_JSON_DEPTH, MAX_JSON_SIZE, toJson } from "./to-json.ts";

describe("toJson", () => {
  it("gives what JSON.stringify and parse would, for all JSON values", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJson(value)).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });

  it("takes nothing for null, leaves undefined properties out, and asks toJSON", () => {
    expect(toJson(undefined)).toEqual({ value: null });
    expect(toJson({ a: undefined, b: 1 })).toEqual({ value: { b: 1 } });
    expect(toJson({ at: new Date(0) })).toEqual({ value: { at: "1970-01-01T00:00:00.000Z" } });
    expect(toJson(Object.create(null))).toEqual({ value: {} });
  });

  it("keeps a property called __proto__ as one", () => {
    const { value } = toJson(JSON.parse(`{"__proto__": {"a": 1}}`));
    expect(JSON.stringify(value)).toBe(`{"__proto__":{"a":1}}`);
  });

  class Point {
    x = 1;
  }
  const circle: { self?: unknown } = {};
  circle.self = { back: circle };

  it.each([
    ["a function", { f() {} }, "/f", "a function"],
    ["a symbol", [Symbol("s")], "/0", "a symbol"],
    ["a bigint", { n: 10n }, "/n", "the bigint 10n (make it a number or a text)"],
    ["NaN", { a: [0, Number.NaN] }, "/a/1", "the number NaN"],
    ["infinity", -Infinity, "", "the number -Infinity"],
    ["undefined in a list", [undefined], "/0", "undefined in a list (use null)"],
    ["a hole in a list", Array(1), "/0", "undefined in a list (use null)"],
    ["a Map", { m: new Map() }, "/m", "an instance of Map"],
    ["an instance", { p: new Point() }, "/p", "an instance of Point"],
    ["a circle", circle, "/self/back", "a value that contains itself"],
    ["an odd key", { "a/b": { "~": () => {} } }, "/a~1b/~0", "a function"],
  ])("names the place of %s", (_, value, path, message) => {
    expect(toJson(value)).toEqual({ issue: { path, message } });
  });

  it("takes the same value twice beside itself", () => {
    const shared = { a: 1 };
    expect(toJson([shared, shared])).toEqual({ value: [{ a: 1 }, { a: 1 }] });
  });

  it("refuses what is nested too deep, and does not run out of stack", () => {
    let deep: unknown = 1;
    for (let n = 0; n < 1_000_000; n += 1) deep = [deep];
    expect(toJson(deep).issue?.message).toBe(`nested deeper than ${MAX_JSON_DEPTH} levels`);
  });

  it("refuses what is too large", () => {
    expect(toJson({ text: "x".repeat(MAX_JSON_SIZE) }).issue).toEqual({
      path: "/text",
      message: `larger than ${MAX_JSON_SIZE} characters`,
      isTooLarge: true,
    });
    expect(toJson(Array(MAX_JSON_SIZE / 8).fill(1)).issue?.message).toContain("larger than");
  });
});

describe("jsonError", () => {
  it("says what, why and where", () => {
    const error = jsonError("result_not_json", "the result of task 'a'", { path: "/b/0", message: "a function" });
    expect(error.message).toBe("the result of task 'a' is not JSON: a function at /b/0");
    expect(error.fields).toEqual({ path: "/b/0" });
  });
});

describe("jsonPointer", () => {
  it("escapes as RFC 6901 says", () => {
    expect(jsonPointer([])).toBe("");
    expect(jsonPointer(["a", 0, "b/c~d"])).toBe("/a/0/b~1c~0d");
  });
});
