import fc from "fast-check";
import { expect, it } from "vitest";
import { isHyoshiError } from "../base/error.ts";
import type { Json } from "../base/json.ts";
import { readPythonJson } from "./python-json-read.ts";
import { writePythonJson } from "./python-json-write.ts";
import { keptNumber, plainValue } from "./rich-value.ts";

it("writes the bytes that Python writes", () => {
  const value = { k: [1, { a: 2 }], t: 'é☃ \u{1f600} "\\ \u007f \n', n: null, b: true, f: 1.5 };
  expect(writePythonJson(value)).toBe(
    String.raw`{"k": [1, {"a": 2}], "t": "\u00e9\u2603 \ud83d\ude00 \"\\ \u007f \n", "n": null, "b": true, "f": 1.5}`,
  );
  expect([1e-4, 1e-5, 1.5e-7, -2.5e-10, 1e21, 0].map(writePythonJson)).toEqual([
    "0.0001",
    "1e-05",
    "1.5e-07",
    "-2.5e-10",
    "1e+21",
    "0",
  ]);
});

it.each([
  ["NaN", "NaN"],
  ["-Infinity", "-Infinity"],
  ["1e999", "Infinity"],
  ["12345678901234567890", "12345678901234567890"],
  ["-9007199254740993", "-9007199254740993"],
  ["1000000000000000000000", "1000000000000000000000"],
])("keeps %s, which JavaScript's numbers cannot hold", (literal, kept) => {
  const text = `{"a": [${literal}, "NaN 12345678901234567890"]}`;
  expect(readPythonJson(text)).toEqual({ a: [keptNumber(kept), "NaN 12345678901234567890"] });
  expect(plainValue(readPythonJson(text))).toEqual({ a: [kept, "NaN 12345678901234567890"] });
  expect(writePythonJson(readPythonJson(text))).toBe(text.replace(/1e999/, "Infinity"));
});

it.each(["9007199254740991", "1234567890.1234567", "1E5", "1.5e300", "-0.00000000000000001"])(
  "reads %s as the number that it is",
  (literal) => {
    expect(readPythonJson(`[${literal}]`)).toEqual([Number(literal)]);
  },
);

it("writes no literal that is none", () => {
  for (const text of ["12", "1e5", "Infinity]", "01234567890123456789"]) {
    expect(writePythonJson(keptNumber(text))).toBe(`{"__type__": "number", "__value__": "${text}"}`);
  }
});

it.each(["", "[1", "[NaN5]", '{"a": }', "nan", "[12345678901234567890x]", '"\\"'])("takes %j for no JSON", (text) => {
  expect(reasonOf(() => readPythonJson(text))).toBe("not_json");
});

it("counts nesting outside of texts, before it builds anything", () => {
  expect(readPythonJson(`${"[".repeat(600)}"[[[[{"${"]".repeat(600)}`)).toBeDefined();
  expect(reasonOf(() => readPythonJson("[".repeat(601)))).toBe("too_deep");
  expect(reasonOf(() => readPythonJson(`{"a":`.repeat(10_000_000)))).toBe("too_deep");
});

it("reads a long text with a number to keep beside it", () => {
  const long = `${'x\\"\\\\'.repeat(500_000)}`;
  expect(readPythonJson(`["${long}", NaN]`)).toEqual([JSON.parse(`"${long}"`), keptNumber("NaN")]);
});

it("reads what it writes, and writes JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = writePythonJson(value as Json);
      expect(readPythonJson(text)).toEqual(value);
      expect(JSON.parse(text)).toEqual(value);
    }),
  );
});

it("takes a number of JavaScript's own for a number, however large", () => {
  for (const value of [2 ** 53, -(2 ** 60), 1e20, 1e21, 123456789012345680000]) {
    expect(readPythonJson(writePythonJson([value]))).toEqual([value]);
  }
});

function reasonOf(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return isHyoshiError(error, "unreadable_message") ? error.fields.reason : error;
  }
  return undefined;
}
