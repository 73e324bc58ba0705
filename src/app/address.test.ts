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

test.each([
  "postgres://me:secret@db.example.com:5433/tm?sslmode=require",
  "postgresql://db/tm",
  "postgres://%2Fvar%2Frun%2Fpostgresql/tm",
  "postgres:///tm?host=/var/run/postgresql",
  "postgres://me@/tm?host=/tmp",
  "postgres://[::1]:5432/tm",
])("%s is PostgreSQL's", (url) => {
  expect(parseDatabaseAddress(url, "/data")).toEqual({ kind: "postgres", url });
});

test.each([
  "postgres:tm",
  "postgres://db",
  "postgres://db/",
  "postgres://db:port/tm",
  "postgres://me:secret@db/a/b",
  "postgres://db/my tm",
])("refuses '%s', which names no database of PostgreSQL", (address) => {
  expect(() => parseDatabaseAddress(address, "/data")).toThrow(/expected postgres:\/\/USER/);
  expect(() => parseDatabaseAddress(address, "/data")).not.toThrow(/secret/);
});

test("never shows a password", () => {
  expect(withoutPassword("postgres:///tm?host=/tmp&password=secret&x=1")).toBe(
    "postgres:///tm?host=/tmp&password=***&x=1",
  );
  expect(withoutPassword("postgres://me:se:cr@et@db/tm")).not.toContain("cr");
  expect(withoutPassword("redis://:p@h")).toBe("redis://:***@h");
  expect(withoutPassword("amqp://guest@h/v")).toBe("amqp://guest@h/v");
});

test("the database's own address serves as the broker's", () => {
  const database = parseDatabaseAddress("sqlite:x.db", "/data");
  expect(() => assertBrokerIsDatabase("sqlite:/data/x.db", database, "/data")).not.toThrow();
  expect(() => assertBrokerIsDatabase("sqlite:y.db", database, "/data")).toThrow(/another database/);
  expect(() => assertBrokerIsDatabase("amqp://h", database, "/data")).toThrow(/cannot be used by this release/);
});

test("PostgreSQL's address serves as the broker's, however it is written", () => {
  const database = parseDatabaseAddress("postgres://me:secret@db/tm?sslmode=require", "/data");
  for (const broker of ["postgresql://db:5432/tm", "postgres://other@DB/tm"]) {
    expect(() => assertBrokerIsDatabase(broker, database, "/data")).not.toThrow();
  }
  for (const broker of ["postgres://db:5433/tm", "postgres://db/other", "sqlite:x.db"]) {
    expect(() => assertBrokerIsDatabase(broker, database, "/data")).toThrow(/another database/);
  }
});
