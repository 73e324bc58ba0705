import { expect, test } from "vitest";
import { checkSchema } from "./check-schema.ts";
import type { SchemaWords } from "./schema-words.ts";

const words = {
  required: "needed",
  type: (wanted: string) => `must be ${wanted}`,
  maximum: (limit: string) => `must be ${limit} or less`,
  enum: (choices: string) => `must be one of ${choices}`,
  additionalProperties: "is not a known property",
  types: { integer: "a whole number", string: "text" },
  or: " or ",
} as unknown as SchemaWords;

const schema = {
  type: "object",
  properties: {
    by: { type: "integer", maximum: 100 },
    list: { type: "array", items: { type: "string" } },
    format: { enum: ["csv", "json"] },
  },
  required: ["by"],
  additionalProperties: false,
};

test("a value that fits has no faults", () => {
  expect(checkSchema(schema, { by: 3, list: ["a"], format: "csv" }, words)).toEqual([]);
});

test("a missing property is at fault itself, not the object around it", () => {
  expect(checkSchema(schema, {}, words)).toEqual([{ path: "/by", text: "needed" }]);
});

test("each fault names the deepest value and what is accepted", () => {
  expect(checkSchema(schema, { by: 101, list: ["a", 2], format: "xml" }, words)).toEqual([
    { path: "/by", text: "must be 100 or less" },
    { path: "/list/1", text: "must be text" },
    { path: "/format", text: "must be one of csv, json" },
  ]);
});

test("a value of the wrong type is told of that alone", () => {
  expect(checkSchema(schema, { by: "many" }, words)).toEqual([{ path: "/by", text: "must be a whole number" }]);
});

test("an unknown property is named", () => {
  expect(checkSchema(schema, { by: 1, bye: 2 }, words)).toEqual([{ path: "/bye", text: "is not a known property" }]);
});
