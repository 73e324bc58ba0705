import { expect, test } from "vitest";
import { assertBrokerIsDatabase, parseDatabaseAddress, withoutPassword } from "./address.ts";

test.each([
  ["sqlite:hyoshi.sqlite", "/data/hyoshi.sqlite"],
  ["sqlite:./sub/x.db", "/data/sub/x.db"],
  ["sqlite:/var/lib/x.db", "/var/lib/x.db"],
  ["sqlite:///var/lib/x%20y.db", "/var/lib/x y.db"],
  ["SQLite:x.db", "/data/x.db"],
])("%s is %s", (address, file) => {
  expect(parseDatabaseAddress(address, "/data")).toEqual({ kind: "sqlite", file });
});

test.each(["sqlite:", "sqlite::memory:", "sqlite://x.db", "x.db", "", "file:x.db"])("refuses '%s'", (address) => {
  expect(() => parseDatabaseAddress(address, "/data")).toThrow(/expected sqlite:<path>/);
});

test("never shows a password", () => {
  expect(withoutPassword("postgres://me:se:cr@et@db/tm")).not.toContain("cr");
  expect(withoutPassword("redis://:p@h")).toBe("redis://:***@h");
  expect(withoutPassword("amqp://guest@h/v")).toBe("amqp://guest@h/v");
});

test("the database's own address serves as the broker's", () => {
  const database = parseDatabaseAddress("sqlite:x.db", "/data");
  expect(() => assertBrokerIsDatabase("sqlite:/data/x.db", database, "/data")).not.toThrow();
  expect(() => assertBrokerIsDatabase("sqlite:y.db", database, "/data")).toThrow(/another SQLite file/);
  expect(() => assertBrokerIsDatabase("amqp://h", database, "/data")).toThrow(/cannot be used by this release/);
});
