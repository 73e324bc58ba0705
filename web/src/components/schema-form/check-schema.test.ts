import { expect, test } from "vitest";
import { checkSchema } from "./check-schema.ts";
import { english, japanese } from "./schema-words.ts";

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
  expect(checkSchema(schema, { by: 3, list: ["a"], format: "csv" }, english)).toEqual([]);
});

test("a missing property is at fault itself, not the object around it", () => {
  expect(checkSchema(schema, {}, english)).toEqual([{ path: "/by", text: "Needed" }]);
});

test("each fault names the deepest value and what is accepted", () => {
  expect(checkSchema(schema, { by: 101, list: ["a", 2], format: "xml" }, english)).toEqual([
    { path: "/by", text: "Must be 100 or less" },
    { path: "/list/1", text: "Must be text" },
    { path: "/format", text: "Must be one of csv, json" },
  ]);
});

test("a value of the wrong type is told of that alone", () => {
  expect(checkSchema(schema, { by: "many" }, english)).toEqual([{ path: "/by", text: "Must be a whole number" }]);
});

test("an unknown property is named", () => {
  expect(checkSchema(schema, { by: 1, bye: 2 }, english)).toEqual([{ path: "/bye", text: "Not known here" }]);
});

test("what is behind a reference is told with its limit", () => {
  const referring = { properties: { by: { $ref: "#/$defs/few" } }, $defs: { few: { type: "integer", maximum: 3 } } };
  expect(checkSchema(referring, { by: 4 }, japanese)).toEqual([{ path: "/by", text: "3 以下にしてください" }]);
});

test.each<[object, unknown, string]>([
  [{ type: ["string", "null"] }, 1, "文字列か null にしてください"],
  [{ enum: ["csv", 2] }, "xml", "csv、2 のいずれかにしてください"],
  [{ const: "on" }, "off", "on にしてください"],
  [{ minimum: 3 }, 1, "3 以上にしてください"],
  [{ exclusiveMaximum: 3 }, 3, "3 より小さくしてください"],
  [{ multipleOf: 5 }, 3, "5 の倍数にしてください"],
  [{ minLength: 3 }, "a", "短すぎます。3 文字以上にしてください"],
  [{ maxLength: 1 }, "abc", "長すぎます。1 文字以内にしてください"],
  [{ pattern: "^a+$" }, "b", "^a+$ に合う形にしてください"],
  [{ format: "email" }, "b", "メールアドレスにしてください"],
  [{ format: "ipv4" }, "b", "IPv4 アドレスにしてください"],
  [{ format: "json-pointer" }, "b", "正しい json-pointer にしてください"],
  [{ minItems: 2 }, [1], "少なすぎます。2 件以上にしてください"],
  [{ uniqueItems: true }, [1, 1], "同じものが重なっています"],
  [{ minProperties: 1 }, {}, "項目を 1 個以上にしてください"],
  [{ dependentRequired: { a: ["b"] } }, { a: 1 }, "「a」を指定するときは「b」も必要です"],
  [{ not: { const: 1 } }, 1, "この値は使えません"],
  [{ contains: { const: 1 } }, [2], "必要な要素が含まれていません"],
])("%j tells its fault in Japanese", (keyword, value, text) => {
  expect(checkSchema(keyword, value, japanese).map((fault) => fault.text)).toContain(text);
});
