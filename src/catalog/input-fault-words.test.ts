import { expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import { InputCheck } from "./input-check.ts";

it.each<[Json, unknown, string]>([
  [{ required: ["by"] }, {}, "必須です"],
  [{ additionalProperties: false }, { bye: 1 }, "この名前の項目はありません"],
  [{ type: "integer" }, "x", "整数にしてください"],
  [{ type: ["string", "null"] }, 1, "文字列か null にしてください"],
  [{ enum: ["csv", 2] }, "xml", "csv、2 のいずれかにしてください"],
  [{ const: "on" }, "off", "on にしてください"],
  [{ minimum: 3 }, 1, "3 以上にしてください"],
  [{ maximum: 3 }, 4, "3 以下にしてください"],
  [{ exclusiveMinimum: 3 }, 3, "3 より大きくしてください"],
  [{ exclusiveMaximum: 3 }, 3, "3 より小さくしてください"],
  [{ multipleOf: 5 }, 3, "5 の倍数にしてください"],
  [{ minLength: 3 }, "a", "短すぎます。3 文字以上にしてください"],
  [{ maxLength: 1 }, "abc", "長すぎます。1 文字以内にしてください"],
  [{ pattern: "^a+$" }, "b", "^a+$ に合う形にしてください"],
  [{ format: "email" }, "b", "メールアドレスにしてください"],
  [{ format: "json-pointer" }, "b", "正しい json-pointer にしてください"],
  [{ minItems: 2 }, [1], "少なすぎます。2 件以上にしてください"],
  [{ maxItems: 1 }, [1, 2], "多すぎます。1 件以内にしてください"],
  [{ uniqueItems: true }, [1, 1], "1 件目と 2 件目が同じです"],
  [{ contains: { const: 1 } }, [2], "必要な要素が含まれていません"],
  [{ minProperties: 1 }, {}, "項目を 1 個以上にしてください"],
  [{ maxProperties: 1 }, { a: 1, b: 2 }, "項目を 1 個以内にしてください"],
  [{ propertyNames: { pattern: "^a" } }, { b: 1 }, "「b」という名前は使えません"],
  [{ dependentRequired: { a: ["b"] } }, { a: 1 }, "「a」を指定するときは「b」も必要です"],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, 1, "受け付けられるどの形にも合いません"],
  [{ oneOf: [{ type: "number" }, { minimum: 0 }] }, 1, "受け付けられる形のちょうど 1 つに合わせてください"],
  [{ not: { const: 1 } }, 1, "この値は使えません"],
  [{ if: { type: "string" }, else: { minimum: 2 } }, 1, "ほかの値との組み合わせが合いません"],
  [false, 1, "この名前の項目はありません"],
])("an input that does not fit %j is told in Japanese", (schema, input, ja) => {
  const whole = schema === false ? { properties: { x: false } } : schema;
  const errors = new InputCheck().errors(whole, JSON.stringify(schema), schema === false ? { x: input } : input);
  expect(errors.map(({ text }) => text?.ja)).toContain(ja);
  for (const { text } of errors) expect(text?.en).toMatch(/^[A-Z]/);
});
