import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonSchemaOf, propertiesOf, schemaHash, validate } from "./schema.ts";

describe("validate", () => {
  const schema = z.object({ n: z.number(), list: z.array(z.object({ s: z.string() })).default([]) });

  it("answers at once with what the schema makes of the value", () => {
    expect(validate(schema, { n: 1 }, "invalid_input", "the input")).toEqual({ n: 1, list: [] });
  });

  it("fails with every place and what is wrong there", () => {
    const check = () => validate(schema, { n: "1", list: [{ s: 1 }] }, "invalid_input", "the input of task 'a'");
    expect(check).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        message: expect.stringMatching(/^the input of task 'a' does not fit its schema: \/n: .*; \/list\/0\/s: /),
        fields: { issues: [expect.objectContaining({ path: "/n" }), expect.objectContaining({ path: "/list/0/s" })] },
      }),
    );
  });

  it("tells the first few issues of many", () => {
    const many = z.array(z.number());
    expect(() => validate(many, ["a", "b", "c", "d", "e"], "x", "it")).toThrow(/\/2: .*; and 2 more$/);
  });

  it("waits for a schema that answers later", async () => {
    const later = z.string().refine(async (text) => text === "yes", "say yes");
    const asynchronous: StandardSchemaV1 = {
      "~standard": { version: 1, vendor: "test", validate: async (value) => later["~standard"].validate(value) },
    };
    await expect(validate(asynchronous, "yes", "x", "it")).resolves.toBe("yes");
    await expect(validate(asynchronous, "no", "x", "it")).rejects.toMatchObject({
      code: "x",
      message: expect.stringContaining("say yes"),
    });
  });
});

describe("jsonSchemaOf", () => {
  it("describes what is sent, and not what the task is given", () => {
    const schema = z.object({ at: z.string().transform(Number), n: z.number().default(1) });
    expect(jsonSchemaOf("a", schema)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { at: { type: "string" }, n: { type: "number", default: 1 } },
      required: ["at"],
    });
  });

  it("names the task when the schema has none", () => {
    expect(() => jsonSchemaOf("app.dated", z.object({ at: z.date() }))).toThrow(
      expect.objectContaining({
        code: "invalid_task",
        message: expect.stringContaining("the input schema of task 'app.dated' has no JSON Schema: Date"),
      }),
    );
    const bare: StandardSchemaV1 = { "~standard": { version: 1, vendor: "mine", validate: (value) => ({ value }) } };
    expect(() => jsonSchemaOf("app.bare", bare)).toThrow("'mine' does not give one");
  });
});

describe("schemaHash", () => {
  it("is the same for the same schema in another order, and another for another one", () => {
    expect(schemaHash({ a: 1, b: [1, { c: 2, d: 3 }] })).toBe(schemaHash({ b: [1, { d: 3, c: 2 }], a: 1 }));
    expect(schemaHash({ a: 1 })).not.toBe(schemaHash({ a: 2 }));
    expect(schemaHash(null)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("propertiesOf", () => {
  it("answers those of a plain object only", () => {
    expect(propertiesOf(jsonSchemaOf("a", z.object({ b: z.string(), a: z.string() })))).toEqual(["b", "a"]);
    expect(propertiesOf(jsonSchemaOf("a", z.union([z.object({ a: z.string() }), z.string()])))).toBeUndefined();
    expect(propertiesOf(null)).toBeUndefined();
  });
});
