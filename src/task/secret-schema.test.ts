import { expect, it } from "vitest";
import { z } from "zod";
import { declaresSecrets, mapSecrets } from "./secret-schema.ts";

const secret = { type: "string", secret: true };
const masked = (schema: object, value: unknown) => mapSecrets(schema as never, value as never, () => "***");

it("knows the ways in which a schema declares a secret", () => {
  for (const one of [secret, { writeOnly: true }, { type: "string", format: "password" }]) {
    expect(declaresSecrets({ type: "object", properties: { one } })).toBe(true);
    expect(masked({ properties: { one } }, { one: "a", two: "b" })).toEqual({ one: "***", two: "b" });
  }
  expect(declaresSecrets({ type: "object", properties: { one: { type: "string" } } })).toBe(false);
});

it("finds secrets in lists, records, choices and references, and leaves nulls alone", () => {
  const schema = {
    $defs: { tree: { properties: { key: secret, next: { $ref: "#/$defs/tree" } } } },
    properties: {
      list: { items: { anyOf: [{ type: "integer" }, { properties: { pin: secret } }] } },
      pair: { prefixItems: [{ type: "string" }, secret] },
      record: { additionalProperties: secret },
      matched: { patternProperties: { "^x-": secret } },
      tree: { $ref: "#/$defs/tree" },
      none: secret,
      whole: { type: "object", secret: true },
    },
  };
  const value = {
    list: [1, { pin: "1234", at: "x" }],
    pair: ["open", "shut"],
    record: { a: "1", b: "2" },
    matched: { "x-key": "1", other: "2" },
    tree: { key: "a", next: { key: "b", next: null } },
    none: null,
    whole: { a: 1 },
    unknown: "stays",
  };
  expect(masked(schema, value)).toEqual({
    list: [1, { pin: "***", at: "x" }],
    pair: ["open", "***"],
    record: { a: "***", b: "***" },
    matched: { "x-key": "***", other: "2" },
    tree: { key: "***", next: { key: "***", next: null } },
    none: null,
    whole: "***",
    unknown: "stays",
  });
});

it("hands back the same value where there is nothing to change", () => {
  const value = { list: [1, 2], text: "a" };
  expect(masked({ properties: { list: { items: { type: "integer" } } } }, value)).toBe(value);
});

it("reads what zod's meta says", () => {
  const schema = z.toJSONSchema(z.object({ token: z.string().meta({ secret: true }), user: z.string() }));
  expect(masked(schema, { token: "t", user: "u" })).toEqual({ token: "***", user: "u" });
});
