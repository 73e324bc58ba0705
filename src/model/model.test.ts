import type { Generated, Insertable, Selectable, Updateable } from "kysely";
import { expect, expectTypeOf, test } from "vitest";
import type { TablesOf } from "../task/context.ts";
import { adminModel, fieldLabel } from "./admin-model.ts";
import { collectAdminModels } from "./app-models.ts";
import { field } from "./field.ts";
import { isModel, model } from "./model.ts";

const Counter = model("tapp_a.counter", {
  id: field.id(),
  count: field.integer({ default: 0 }),
  message: field.text({ optional: true }),
  level: field.choice(["low", "high"]),
  done: field.boolean({ default: false }),
  created: field.createdAt(),
});

test("a model's table is its name with an underscore", () => {
  expect(Counter).toMatchObject({ name: "tapp_a.counter", app: "tapp_a", table: "tapp_a_counter", id: "id" });
  expect(isModel(Counter)).toBe(true);
  expect(isModel({ name: "tapp_a.counter" })).toBe(false);
});

test("the rows of a module's models are typed as Kysely wants them", () => {
  type Tables = TablesOf<{ Counter: typeof Counter; somethingElse: number }>;
  expectTypeOf<keyof Tables>().toEqualTypeOf<"tapp_a_counter">();
  type Row = Tables["tapp_a_counter"];
  expectTypeOf<Row["id"]>().toEqualTypeOf<Generated<number>>();
  expectTypeOf<Selectable<Row>>().toEqualTypeOf<{
    id: number;
    count: number;
    message: string | null;
    level: "low" | "high";
    done: 0 | 1;
    created: number;
  }>();
  expectTypeOf<{ level: "low"; created: number }>().toExtend<Insertable<Row>>();
  expectTypeOf<{ level: "middle"; created: number }>().not.toExtend<Insertable<Row>>();
  expectTypeOf<{ message: null }>().toExtend<Updateable<Row>>();
});

test("a description that makes no sense is refused with the model's name", () => {
  expect(() => model("Counter", { id: field.id() })).toThrow("model 'Counter' makes no sense: its name must be");
  expect(() => model("a.b", { count: field.integer() })).toThrow("it must have one field.id(), and has 0");
  expect(() => model("a.b", { id: field.id(), other: field.id() })).toThrow("has 2");
  expect(() => model("a.b", { id: field.id(), "drop table": field.text() })).toThrow("'drop table' cannot be");
  expect(() => model("a.b", { id: field.id(), c: field.choice([]) })).toThrow("at least one choice");
  expect(() => model("a.b", { id: field.id(), c: field.integer({ min: 2, max: 1 }) })).toThrow("above its greatest");
});

test("a model is shown with defaults made of its fields", () => {
  const shown = adminModel(Counter);
  expect(shown.label).toEqual({ en: "Counter", ja: "Counter" });
  expect(shown.labelPlural.en).toBe("Counters");
  expect(shown.list).toEqual({
    columns: ["id", "count", "message", "level", "done", "created"],
    ordering: "-id",
    search: ["message", "level"],
    filters: ["level", "done"],
  });
  expect(fieldLabel(Counter, "created")).toEqual({ en: "Created", ja: "Created" });
});

test("names that are no fields are refused, with the nearest", () => {
  // @ts-expect-error the compiler says so as well
  expect(() => adminModel(Counter, { readOnly: ["cuont"] })).toThrow("did you mean 'count'?");
  // @ts-expect-error the compiler says so as well
  expect(() => adminModel(Counter, { list: { ordering: "-made" } })).toThrow("names 'made', which is no field");
  expect(() => adminModel(Counter, { list: { search: ["done"] } })).toThrow("the search looks in texts");
});

test("what the apps' admin modules export is collected, and what is wrong with it is told", () => {
  const shown = adminModel(Counter);
  const again = adminModel(Counter);
  const module = (exports: Record<string, unknown>) => ({ file: "admin.ts", exports });
  const { models, problems } = collectAdminModels([
    { name: "tapp_a", admin: module({ CounterAdmin: shown, alias: shown, unrelated: 7 }) },
    { name: "tapp_b", admin: module({ again, Counter }) },
    { name: "tapp_c", admin: null },
  ]);
  expect(models).toEqual([shown]);
  expect(problems.map(({ severity, code, app }) => `${severity} ${code} ${app}`)).toEqual([
    "error duplicate_model tapp_b",
    "warning model_without_admin tapp_b",
  ]);
});
