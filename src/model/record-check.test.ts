import { expect, test } from "vitest";
import { adminModel } from "./admin-model.ts";
import { field } from "./field.ts";
import { model } from "./model.ts";
import { checkRecord, type ModelRecord, sameJson } from "./record-check.ts";
import { readRecordQuery } from "./record-query.ts";

const shown = adminModel(
  model("shop.item", {
    id: field.id(),
    title: field.text({ maxLength: 5 }),
    note: field.longText({ default: "" }),
    stock: field.integer({ default: 0, min: 0, max: 100 }),
    price: field.number({ optional: true }),
    active: field.boolean({ default: true }),
    due: field.instant({ optional: true }),
    size: field.choice(["s", "m"], { default: "m" }),
    extra: field.json({ optional: true }),
    sold: field.integer({ default: 0 }),
    created: field.createdAt(),
    count: field.integer({ default: 0 }),
  }),
  { readOnly: ["sold"] },
);
const check = (given: ModelRecord, before?: ModelRecord) => checkRecord(shown, given, before);
const codes = (given: ModelRecord, before?: ModelRecord) =>
  check(given, before).faults.map(({ path, code }) => `${path} ${code}`);

test("a new record gets the defaults of what is not given", () => {
  expect(check({ title: "tea" })).toEqual({
    values: {
      title: "tea",
      note: "",
      stock: 0,
      price: null,
      active: true,
      due: null,
      size: "m",
      extra: null,
      count: 0,
    },
    faults: [],
  });
});

test("every fault is reported with its path", () => {
  const given = {
    titel: "x",
    stock: 1.5,
    price: "1",
    active: 1,
    due: "tomorrow",
    size: "xl",
    sold: 3,
    created: 1,
    id: 9,
  };
  expect(codes(given)).toEqual([
    "/titel unknown_field",
    "/id read_only",
    "/title required",
    "/stock wrong_type",
    "/price wrong_type",
    "/active wrong_type",
    "/due wrong_type",
    "/size not_accepted",
    "/sold read_only",
    "/created read_only",
  ]);
  expect(check({ title: "x", titel: "x" }).faults[0]?.detail).toContain("did you mean 'title'?");
});

test("limits of numbers and lengths are kept", () => {
  expect(codes({ title: "sixsix" })).toEqual(["/title too_long"]);
  expect(codes({ title: "茶🍵🍵🍵🍵" })).toEqual([]);
  expect(codes({ title: "x", stock: 101 })).toEqual(["/stock out_of_range"]);
  expect(codes({ title: "x", stock: 2 ** 53 })).toEqual(["/stock wrong_type"]);
  expect(codes({ title: "", note: "" })).toEqual(["/title required"]);
  expect(codes({ title: null, stock: null, price: null })).toEqual(["/title required", "/stock required"]);
});

test("times are milliseconds, or ISO 8601 with an offset", () => {
  expect(check({ title: "x", due: "2026-01-02T03:04:05+09:00" }).values.due).toBe(Date.UTC(2026, 0, 1, 18, 4, 5));
  expect(check({ title: "x", due: 7 }).values.due).toBe(7);
  for (const due of ["2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", 1.5, 1e17, true]) {
    expect(codes({ title: "x", due })).toEqual(["/due wrong_type"]);
  }
});

test("an edit writes what changes, and takes the whole record back as it was", () => {
  const before = { ...check({ title: "tea" }).values, id: 1, sold: 4, created: 5, extra: { a: 1, b: [2] } };
  expect(check(before, before)).toEqual({ values: {}, faults: [] });
  expect(check({ ...before, extra: { b: [2], a: 1 }, note: "new" }, before).values).toEqual({ note: "new" });
  expect(codes({ sold: 5 }, before)).toEqual(["/sold read_only"]);
  expect(check({ stock: 3 }, before)).toEqual({ values: { stock: 3 }, faults: [] });
});

test("JSON is equal whatever the order of its keys", () => {
  expect(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
  expect(sameJson([1, 2], { 0: 1, 1: 2 })).toBe(false);
  expect(sameJson({ a: null }, { b: null })).toBe(false);
  expect(sameJson(null, {})).toBe(false);
});

test("a list's parameters become filters, an order and a search", () => {
  expect(
    readRecordQuery(shown, { limit: 50, count: "true", q: " tea ", active: "true", "filter.count": "3", due: "" }),
  ).toEqual({
    search: "tea",
    filters: [
      { column: "active", is: "equal", value: 1 },
      { column: "count", is: "equal", value: 3 },
      { column: "due", is: "equal", value: null },
    ],
    sort: { column: "id", descending: true },
  });
  expect(readRecordQuery(shown, { sort: "title", "stock.from": "1", "filter.due.to": "99" })).toMatchObject({
    filters: [
      { column: "stock", is: "from", value: 1 },
      { column: "due", is: "to", value: 99 },
    ],
    sort: { column: "title", descending: false },
  });
});

test("parameters that make no sense are reported, all of them", () => {
  const given = {
    colour: "red",
    stock: "many",
    active: "1",
    "title.from": "a",
    extra: "{}",
    size: ["s", "m"],
    sort: "-extra",
  };
  try {
    readRecordQuery(shown, given);
    expect.unreachable();
  } catch (error) {
    const { code, fields } = error as { code: string; fields: { errors: { path: string }[] } };
    expect(code).toBe("invalid_query");
    expect(fields.errors.map(({ path }) => path)).toEqual([
      "?colour",
      "?stock",
      "?active",
      "?title.from",
      "?extra",
      "?size",
      "?sort",
    ]);
  }
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(() => readRecordQuery(shown, { sort: name })).toThrow();
    expect(() => readRecordQuery(shown, { [`filter.${name}`]: "x" })).toThrow();
  }
});
