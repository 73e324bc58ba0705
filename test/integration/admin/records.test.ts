import type { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adminModel } from "../../../src/model/admin-model.ts";
import { field } from "../../../src/model/field.ts";
import { model } from "../../../src/model/model.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const Item = model("shop.item", {
  id: field.id(),
  title: field.text({ label: { en: "Title", ja: "題名" } }),
  note: field.longText({ default: "" }),
  rank: field.integer({ optional: true }),
  price: field.number({ optional: true, min: 0 }),
  active: field.boolean({ default: true }),
  size: field.choice(["s", "m"], { default: "m" }),
  extra: field.json({ optional: true }),
  count: field.integer({ default: 0 }),
  created: field.createdAt(),
  updated: field.updatedAt(),
});
const ItemAdmin = adminModel(Item, {
  label: { en: "Item", ja: "品物" },
  list: { search: ["title", "rank"], filters: ["active", "count", "rank"] },
  readOnly: ["count"],
  title: "title",
});
const GoneAdmin = adminModel(model("shop.gone", { id: field.id() }));

let admin: TestAdmin;
let root: Caller;
const records = "/models/shop.item/records";
beforeEach(async () => {
  admin = await openTestAdmin({}, {}, [ItemAdmin, GoneAdmin]);
  root = await admin.withToken("admin");
  const db = admin.database.db as unknown as Kysely<unknown>;
  await db.schema
    .createTable("shop_item")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("title", "text", (column) => column.notNull().unique())
    .addColumn("note", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("rank", "integer")
    .addColumn("price", "real")
    .addColumn("active", "integer", (column) => column.notNull().defaultTo(1))
    .addColumn("size", "text", (column) => column.notNull().defaultTo("m"))
    .addColumn("extra", "text")
    .addColumn("count", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("created", "integer", (column) => column.notNull())
    .addColumn("updated", "integer", (column) => column.notNull())
    .execute();
});
afterEach(() => admin.close());

const add = async (fields: object) => (await root.call("POST", records, fields)).json();

test("a model tells its fields, labels and list", async () => {
  const { items } = (await root.call("GET", "/models")).json();
  expect(items.map(({ name }: { name: string }) => name)).toEqual(["shop.item", "shop.gone"]);
  expect(items[0]).toMatchObject({
    app: "shop",
    label: { en: "Item", ja: "品物" },
    labelPlural: { en: "Items", ja: "品物" },
    list: { ordering: "-id", filters: ["active", "count", "rank"] },
  });
  const byName = Object.fromEntries(items[0].fields.map((one: { name: string }) => [one.name, one]));
  expect(byName.title).toMatchObject({ kind: "text", label: { ja: "題名" }, required: true, maxLength: 255 });
  expect(byName.size).toMatchObject({ kind: "choice", choices: ["s", "m"], required: false, default: "m" });
  expect(byName.count).toMatchObject({ readOnly: true });
  expect(byName.created).toMatchObject({ kind: "instant", readOnly: true });
  expect((await root.call("GET", "/models/shop.item")).json()).toEqual(items[0]);
  expect((await root.call("GET", "/models/shop.nothing")).statusCode).toBe(404);
});

test("a record is added, read, changed and deleted, each with its change record", async () => {
  const made = await root.call("POST", records, {
    title: "tea",
    price: 2.5,
    active: false,
    extra: { origin: ["宇治"] },
  });
  expect(made.statusCode).toBe(201);
  const now = admin.clock.now();
  const item = made.json();
  expect(item).toEqual({
    id: 1,
    title: "tea",
    note: "",
    rank: null,
    price: 2.5,
    active: false,
    size: "m",
    extra: { origin: ["宇治"] },
    count: 0,
    created: now,
    updated: now,
  });

  admin.clock.jump(1000);
  const changed = (await root.call("PUT", `${records}/1`, { ...item, title: "green tea" })).json();
  expect(changed).toEqual({ ...item, title: "green tea", updated: now + 1000 });
  expect((await root.call("GET", `${records}/1`)).json()).toEqual(changed);
  expect((await root.call("GET", records)).json()).toEqual({ items: [changed], next: null });
  expect((await root.call("DELETE", `${records}/1`)).statusCode).toBe(204);
  expect((await root.call("GET", `${records}/1`)).statusCode).toBe(404);
  expect((await root.call("DELETE", `${records}/1`)).statusCode).toBe(404);

  const changes = (await root.call("GET", "/changes?resource=model:shop.item&resourceId=1")).json().items;
  expect(changes).toMatchObject([
    { action: "deleted", label: "green tea", by: "admin", after: null },
    { action: "updated", before: { title: "tea" }, after: { title: "green tea" } },
    { action: "created", before: null, after: { title: "tea" } },
  ]);
});

test("an edit leaves alone what it does not give, so that a task's writes are kept", async () => {
  const item = await add({ title: "tea" });
  await admin.database.db
    .updateTable("shop_item" as never)
    .set({ count: 7 } as never)
    .execute();
  const changed = (await root.call("PUT", `${records}/${item.id}`, { note: "fresh" })).json();
  expect(changed).toMatchObject({ title: "tea", note: "fresh", count: 7 });
  const unchanged = await root.call("PUT", `${records}/${item.id}`, { note: "fresh" });
  expect(unchanged.json()).toEqual(changed);
  expect((await root.call("GET", "/changes?resource=model:shop.item")).json().items).toHaveLength(2);
});

test("with If-Match an edit of a record that was changed since is refused with the record as it is", async () => {
  const item = await add({ title: "tea" });
  const first = await root.call("GET", `${records}/${item.id}`);
  const tag = { "if-match": String(first.headers.etag) };
  const changed = await root.call("PUT", `${records}/${item.id}`, { note: "one" }, tag);
  expect(changed.statusCode).toBe(200);
  const stale = await root.call("PUT", `${records}/${item.id}`, { note: "two" }, tag);
  expect(stale.statusCode).toBe(409);
  expect(stale.json()).toMatchObject({ code: "stale_version", current: { note: "one" } });
  const fresh = { "if-match": String(changed.headers.etag) };
  expect((await root.call("PUT", `${records}/${item.id}`, { note: "two" }, fresh)).statusCode).toBe(200);
});

test("faults of a record are reported at once, those that the table finds as well", async () => {
  const answer = await root.call("POST", records, { titel: "x", price: -1, active: "yes", count: 4, id: 3 });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual([
    "/titel unknown_field",
    "/id read_only",
    "/title required",
    "/price out_of_range",
    "/active wrong_type",
    "/count read_only",
  ]);
  await add({ title: "tea" });
  const twice = await root.call("POST", records, { title: "tea" });
  expect(twice.statusCode).toBe(409);
  expect(twice.json()).toMatchObject({ code: "record_conflict", errors: [{ path: "/title", code: "record_unique" }] });
  for (const body of [[], "x", 1, null]) {
    const payload = JSON.stringify(body);
    const headers = { ...root.headers, "content-type": "application/json" };
    const strange = await admin.server.inject({ method: "POST", url: `/api/v1${records}`, payload, headers });
    expect(strange.statusCode).toBe(422);
  }
});

test("a list is read by key in any order, null included, without losing or repeating a record", async () => {
  const ranks = [3, null, 1, 3, null, 2, 1, 3, null];
  for (const [index, rank] of ranks.entries())
    await add({ title: `item ${index}`, rank, price: index % 2 ? 0.1 : null });
  for (const sort of ["rank", "-rank", "price", "-price", "title", "-title", "id", "-id", "active", "-created"]) {
    const all = (await root.call("GET", `${records}?sort=${sort}`)).json().items;
    expect(all).toHaveLength(ranks.length);
    const seen: unknown[] = [];
    let after: string | null = "";
    while (after !== null) {
      const path: string = `${records}?sort=${sort}&limit=2&count=true${after === "" ? "" : `&after=${after}`}`;
      const answer = (await root.call("GET", path)).json();
      expect(answer.count).toEqual({ value: ranks.length, capped: false });
      seen.push(...answer.items);
      after = answer.next;
    }
    expect(seen, sort).toEqual(all);
  }
  const byRank = (await root.call("GET", `${records}?sort=rank`)).json().items;
  expect(byRank.map(({ rank }: { rank: number | null }) => rank)).toEqual([1, 1, 2, 3, 3, 3, null, null, null]);
});

test("a list is searched and filtered", async () => {
  await add({ title: "Green TEA 50%", rank: 1 });
  await add({ title: "coffee", rank: 2, active: false });
  await add({ title: "under_score" });
  const titles = async (query: string) => {
    const answer = await root.call("GET", `${records}?sort=id&${query}`);
    expect(answer.statusCode, query).toBe(200);
    return answer.json().items.map(({ title }: { title: string }) => title);
  };
  expect(await titles("q=tea")).toEqual(["Green TEA 50%"]);
  expect(await titles("q=%25")).toEqual(["Green TEA 50%"]);
  expect(await titles("q=_")).toEqual(["under_score"]);
  expect(await titles("q=2")).toEqual(["coffee"]);
  expect(await titles("active=false")).toEqual(["coffee"]);
  expect(await titles("rank=")).toEqual(["under_score"]);
  expect(await titles("rank.from=2&rank.to=2")).toEqual(["coffee"]);
  expect(await titles("filter.count=0&q=coffee")).toEqual(["coffee"]);
  expect(await titles("title=coffee")).toEqual(["coffee"]);
  const wrong = await root.call("GET", `${records}?colour=red&rank=many&sort=-nothing`);
  expect(wrong.statusCode).toBe(400);
  expect(wrong.json().errors.map(({ path }: { path: string }) => path)).toEqual(["?colour", "?rank", "?sort"]);
  for (const query of ["q='%20or%201=1--", "title='%3B--", "sort=id%20desc", "filter.id%20or%201=1"]) {
    const answer = await root.call("GET", `${records}?${query}`);
    expect(answer.statusCode, query).toBeLessThan(500);
    if (answer.statusCode === 200) expect(answer.json().items).toEqual([]);
  }
});

test("each action needs its own permission on that model", async () => {
  await add({ title: "tea" });
  const attempts = {
    view: (caller: Caller) => caller.call("GET", records),
    add: (caller: Caller) => caller.call("POST", records, { title: "new" }),
    change: (caller: Caller) => caller.call("PUT", `${records}/1`, { note: "x" }),
    delete: (caller: Caller) => caller.call("DELETE", `${records}/1`),
  };
  for (const action of ["view", "add", "change", "delete"] as const) {
    await admin.addUser(`can_${action}`, [`model.shop.item.${action}`]);
    const caller = await admin.signIn(`can_${action}`);
    for (const [other, attempt] of Object.entries(attempts)) {
      if (other === action) continue;
      expect((await attempt(caller)).statusCode, `${action} may not ${other}`).toBe(403);
    }
    expect((await attempts[action](caller)).statusCode, action).toBeLessThan(300);
    const visible = (await caller.call("GET", "/models")).json().items;
    expect(visible).toHaveLength(action === "view" ? 1 : 0);
    expect((await caller.call("GET", "/models/shop.gone/records")).statusCode).toBe(403);
  }
  const { items } = (await root.call("GET", "/permissions")).json();
  const label = items.find(({ code }: { code: string }) => code === "model.shop.item.add").label;
  expect(label).toEqual({ en: "Add Items", ja: "品物を追加する" });
});

test("a table that no migration made is told as such", async () => {
  const answer = await root.call("GET", "/models/shop.gone/records");
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: "model_table_missing" });
  expect(answer.json().detail).toContain("hyoshi migrate");
});

test("what a task wrote that is no JSON or no flag is shown and does not stop the list", async () => {
  await add({ title: "tea" });
  await add({ title: "coffee" });
  const db = admin.database.db as unknown as Kysely<Record<string, Record<string, unknown>>>;
  await db.updateTable("shop_item").set({ extra: "{broken", active: 7 }).where("id", "=", 1).execute();
  const { items } = (await root.call("GET", `${records}?sort=id`)).json();
  expect(items[0]).toMatchObject({ extra: "{broken", active: true });
  expect(items[1]).toMatchObject({ title: "coffee" });
});
