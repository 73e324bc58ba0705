import { expect, test } from "vitest";
import { parseBrokerAddress, parseDatabaseAddress, parseResultsAddress, withoutPassword } from "./address.ts";

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
  expect(parseBrokerAddress("sqlite:/data/x.db", database, "/data")).toEqual({ kind: "database" });
  expect(() => parseBrokerAddress("sqlite:y.db", database, "/data")).toThrow(/another database/);
});

test("PostgreSQL's address serves as the broker's, however it is written", () => {
  const database = parseDatabaseAddress("postgres://me:secret@db/tm?sslmode=require", "/data");
  for (const broker of ["postgresql://db:5432/tm", "postgres://other@DB/tm"]) {
    expect(parseBrokerAddress(broker, database, "/data")).toEqual({ kind: "database" });
  }
  for (const broker of ["postgres://db:5433/tm", "postgres://db/other", "sqlite:x.db"]) {
    expect(() => parseBrokerAddress(broker, database, "/data")).toThrow(/another database/);
  }
});

test.each([
  ["redis://:p@cache:6379/1", "redis"],
  ["rediss://cache", "redis"],
  ["redis+socket:///run/redis.sock?virtual_host=2", "redis"],
  ["unix:///run/redis.sock", "redis"],
  ["amqp://me:secret@rabbit:5673/tm", "rabbitmq"],
  ["amqps://rabbit//", "rabbitmq"],
] as const)("%s is a broker's address", (url, kind) => {
  expect(parseBrokerAddress(url, undefined, "/data")).toEqual({ kind, url });
});

test.each(["sqs://key:secret@x", "redis", "kafka://h", "redis://h:6379/x"])("refuses '%s' as a broker", (url) => {
  expect(() => parseBrokerAddress(url, undefined, "/data")).toThrow(/expected/);
  expect(() => parseBrokerAddress(url, undefined, "/data")).not.toThrow(/secret/);
});

test("results go where the broker is, unless they are told to go elsewhere", () => {
  const redis = { kind: "redis", url: "redis://h" } as const;
  const rabbit = { kind: "rabbitmq", url: "amqp://h" } as const;
  const database = { kind: "database" } as const;
  expect(parseResultsAddress(undefined, redis)).toEqual(redis);
  expect(parseResultsAddress(undefined, rabbit)).toEqual({ kind: "rpc" });
  expect(parseResultsAddress(undefined, database)).toEqual({ kind: "none" });
  expect(parseResultsAddress("redis://h", rabbit)).toEqual(redis);
  expect(parseResultsAddress("rpc://", redis)).toEqual({ kind: "rpc" });
  expect(parseResultsAddress("django-db", database)).toEqual({ kind: "django" });
  expect(() => parseResultsAddress("rpc", database)).toThrow(/over the broker/);
  expect(() => parseResultsAddress("mongodb://me:secret@h", redis)).toThrow(/mongodb:\/\/me:\*\*\*@h/);
});
