import { describe, expect, it } from "vitest";
import { endOfValue, insertMember, insideObject } from "./json-slice.ts";

const value = (text: string, from = 0) => text.slice(from, endOfValue(text, from));

describe("endOfValue", () => {
  it("finds the end of every kind of value", () => {
    for (const one of ['"a \\" b \\\\"', "-1.5e3", "null", "[]", '{"a": [1, {"]": "}"}], "b": "\\\\"}']) {
      for (const rest of ["", ", 1]", " ]", "}"]) expect(value(one + rest)).toBe(one);
    }
  });

  it("finds none where the text ends before", () => {
    for (const cut of ['"a', '{"a": 1', "[1, [2]", '"a\\"', ""]) expect(endOfValue(cut, 0)).toBeUndefined();
  });
});

describe("insideObject", () => {
  it("finds an object by its path, whatever stands in texts before it", () => {
    const text =
      '{ "x": "{\\"headers\\": {", "y": [{"headers": {}}], "p" : {"headers": 1, "i": {"n": 1}}, "headers":{"a":2} }';
    expect(text.slice(insideObject(text, ["headers"]))).toBe('"a":2} }');
    expect(text.slice(insideObject(text, ["p", "i"]))).toMatch(/^"n": 1/);
  });

  it("takes the last of two keys, as readers do", () => {
    const text = '{"a": {"n": 1}, "a": {"n": 2}}';
    expect(text.slice(insideObject(text, ["a"]))).toBe('"n": 2}}');
  });

  it("finds a key that is written with escapes", () => {
    expect(insideObject('{"\\u0061": {}}', ["a"])).toBeDefined();
  });

  it("finds none where there is none, or something else", () => {
    for (const text of ["", "[]", "{}", '{"a": 1}', '{"a": [', '{"b": {}}', "nonsense", '{"a"']) {
      expect(insideObject(text, ["a"])).toBeUndefined();
    }
  });
});

describe("insertMember", () => {
  it("leaves valid JSON behind, in an empty object too", () => {
    for (const text of ['{"a": {}}', '{"a": { "n" : 1 }}', '{"a": {\n}}']) {
      const inside = insideObject(text, ["a"]) ?? 0;
      expect(JSON.parse(insertMember(text, inside, '"new": true')).a).toMatchObject({ new: true });
    }
  });
});
