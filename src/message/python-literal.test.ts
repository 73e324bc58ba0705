import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePythonLiteral } from "./python-literal.ts";

test("what repr writes is read as JSON", () => {
  for (const [text, value] of [
    ["()", []],
    ["(1,)", [1]],
    ["(1, 'a', None, True, False)", [1, "a", null, true, false]],
    ["[1.5, -2e3, .5, 7L]", [1.5, -2000, 0.5, 7]],
    ["{'a': [1, {'b': (2,)}], 'c': \"it's\"}", { a: [1, { b: [2] }], c: "it's" }],
    ["{1: 'one',}", { 1: "one" }],
    ["{'a', 'b'}", ["a", "b"]],
    ["{}", {}],
    [String.raw`'a\n\t\\\'\x41\u3042\U0001f600\q'`, "a\n\t\\'A\u3042\u{1f600}\\q"],
    ["u'old'", "old"],
    ["  { 'a' : 1 }  ", { a: 1 }],
  ] as const) {
    expect(parsePythonLiteral(text), text).toEqual(value);
  }
});

test("anything else is none", () => {
  for (const text of [
    ...["", "(1, ...)", "[1, 2", "'open", "{'a': }", "{(1,): 2}", "datetime.date(2026, 1, 1)", "<Order: 7>"],
    ...["1 2", "nan", "[,]", "b'bytes'", "'a' 'b'", `${"[".repeat(200)}${"]".repeat(200)}`],
  ]) {
    expect(parsePythonLiteral(text), text).toBeUndefined();
  }
});

const repr = (value: unknown): string => {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value)
      .map(([key, one]) => `${repr(key)}: ${repr(one)}`)
      .join(", ")}}`;
  }
  if (typeof value === "number") return String(value);
  const escaped = String(value).replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `'${escaped}'`;
};

test("every JSON value comes back from its representation", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, (given) => {
      const plain = JSON.parse(JSON.stringify(given)) as unknown;
      // JSON has no minus zero, and a key named __proto__ is no key of an object literal.
      fc.pre(!JSON.stringify(plain).includes("__proto__"));
      expect(parsePythonLiteral(repr(plain))).toEqual(plain);
    }),
  );
});
