import { expect, test } from "vitest";
import { z } from "zod";
import type { Json } from "../base/json.ts";
import { InputCheck } from "./input-check.ts";

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input" }) as Json;
const errorsOf = (schema: z.ZodType, input: unknown) => new InputCheck().errors(schemaOf(schema), "hash", input);

const rich = z.strictObject({
  email: z.email(),
  count: z.int().min(1).max(9),
  mode: z.enum(["up", "down"]).optional(),
  tags: z.array(z.string()).default([]),
});

test("what fits has no errors, and what has a default may be left out", () => {
  expect(errorsOf(rich, { email: "a@example.com", count: 3 })).toEqual([]);
});

test("everything that does not fit is told with its path", () => {
  const errors = errorsOf(rich, { email: "nobody", mode: "odd", tags: ["a", 1], more: true });
  expect(errors.map(({ path, code }) => [path, code])).toEqual(
    expect.arrayContaining([
      ["/input/count", "required"],
      ["/input/mode", "not_accepted"],
      ["/input/tags/1", "wrong_type"],
      ["/input/more", "unknown_field"],
    ]),
  );
  expect(errors.find(({ path }) => path === "/input/email")).toBeDefined();
  expect(errors.find(({ path }) => path === "/input/mode")?.accepted).toBe('one of "up", "down"');
});

test("a path is escaped as RFC 6901 says", () => {
  const [error] = errorsOf(z.object({ "a/b~c": z.number() }), { "a/b~c": "x" });
  expect(error?.path).toBe("/input/a~1b~0c");
});

test("a recursive schema is checked to its depth", () => {
  const tree: z.ZodType = z.object({ value: z.number(), children: z.lazy(() => z.array(tree)) });
  const input = { value: 1, children: [{ value: "x", children: [] }] };
  expect(errorsOf(tree, input).map(({ path }) => path)).toContain("/input/children/0/value");
});

test("a check that a machine's standstill interrupted is made again", () => {
  let reads = 0;
  const input = {
    // The first read makes the key under which the answer is kept, the second is the check's own.
    get name() {
      reads += 1;
      while (reads === 2);
      return "fits";
    },
  };
  const schema = { type: "object", properties: { name: { type: "string" } } };
  expect(new InputCheck().errors(schema, "hash", input)).toEqual([]);
  expect(reads).toBeGreaterThan(2);
});

test("a pattern that takes for ever on some text is given up, and does not stop the process", () => {
  const schema = { type: "string", pattern: "^(a+)+$" };
  const [error] = new InputCheck().errors(schema, "hash", `${"a".repeat(60)}!`);
  expect(error).toMatchObject({ path: "/input", code: "check_too_slow" });
});

test.each([
  ["that is none", 5],
  ["that cannot be compiled", { type: "nonsense" }],
  ["that refers to nothing", { $ref: "#/$defs/none" }],
  ["that is too large", { description: "x".repeat(600_000), type: "number" }],
])("a schema %s checks nothing", (_what, schema) => {
  expect(new InputCheck().errors(schema, "hash", "anything")).toEqual([]);
});

test("equal ids in the schemas of different tasks do not collide", () => {
  const check = new InputCheck();
  expect(check.errors({ $id: "input", type: "number" }, "a", "x")).toHaveLength(1);
  expect(check.errors({ $id: "input", type: "string" }, "b", "x")).toEqual([]);
});
