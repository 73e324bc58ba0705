import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { openPostgresDatabase, type PostgresDatabase } from "../../../src/database/postgres/postgres-database.ts";
import { readServerClock } from "../../../src/database/postgres/server-clock.ts";
import { createPostgresTestDatabase, openPostgresTestDatabase } from "../../support/postgres-database.ts";

describe("PostgreSQL's migrations", () => {
  it("are applied once by twenty that start together", async () => {
    const { url, drop } = await createPostgresTestDatabase({ empty: true });
    const migrators = await Promise.all(
      Array.from({ length: 20 }, () => openPostgresDatabase({ url, applicationName: "test" })),
    );
    try {
      const applied = await Promise.all(migrators.map((migrator) => migrator.migrate()));
      expect(applied.flat().sort()).toEqual((await migrators[0]?.migrations().status())?.map(({ name }) => name));
    } finally {
      await Promise.all(migrators.map((migrator) => migrator.close()));
      await drop();
    }
  });
});

describe("a PostgreSQL migration that fails", () => {
  it("undoes itself, and leaves what came before it", async () => {
    const { url, drop } = await createPostgresTestDatabase({ empty: true });
    const database = await openPostgresDatabase({ url, applicationName: "test" });
    const makes = (name: string) => ({
      up: (db: Kysely<unknown>) => db.schema.createTable(name).addColumn("n", "integer").execute(),
    });
    const apps = {
      "a/0001": makes("first"),
      "a/0002": {
        async up(db: Kysely<unknown>) {
          await makes("half").up(db);
          throw new Error("no such luck");
        },
      },
    };
    try {
      await expect(database.migrate(apps)).rejects.toMatchObject({
        code: "migration_failed",
        fields: { migration: "a/0002" },
      });
      const left = (await database.migrations(apps).status()).filter(({ applied }) => !applied);
      expect(left.map(({ name }) => name)).toEqual(["a/0002"]);
      const { rows } = await sql`select to_regclass('first') is null as a, to_regclass('half') is null as b`.execute(
        database.db,
      );
      expect(rows).toEqual([{ a: 0, b: 1 }]);
    } finally {
      await database.close();
      await drop();
    }
  });
});

describe("a PostgreSQL database", () => {
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await openPostgresTestDatabase();
  });
  afterAll(() => database.close());

  it("hands over numbers, flags and JSON as SQLite does", async () => {
    const { rows } = await sql`
      select 9007199254740991::bigint as big, count(*) as n, true as yes, false as no, '{"a": 1}'::json as j,
        '[1]'::jsonb as b, 1.5::numeric as part, sum(x) as s, null::bigint as none from (values (1::bigint), (2)) as v (x)`.execute(
      database.reader,
    );
    expect(rows).toEqual([
      { big: 9007199254740991, n: 2, yes: 1, no: 0, j: '{"a": 1}', b: "[1]", part: 1.5, s: 3, none: null },
    ]);
  });

  it("keeps texts without what PostgreSQL cannot keep, and orders them by their bytes", async () => {
    const values = { at: 1, by_name: "a\0b", resource: "r", resource_id: "1", action: "x", before: null };
    const after = JSON.stringify({ nul: "\0", half: "\ud800" });
    for (const label of ["b", "B", "ä", "a"]) {
      await database.db
        .insertInto("change")
        .values({ ...values, label, after })
        .execute();
    }
    const rows = await database.reader.selectFrom("change").selectAll().orderBy("label").execute();
    expect(rows.map(({ label }) => label)).toEqual(["B", "a", "b", "ä"]);
    expect(rows[0]).toMatchObject({ by_name: "a\u{fffd}b", after, before: null });
    const { rows: listed } = await database.hot.query({
      text: "select x from unnest($1::text[]) as t (x)",
      values: [["a\0", null, 'b"\\']],
    });
    expect(listed).toEqual([{ x: "a\u{fffd}" }, { x: null }, { x: 'b"\\' }]);
  });

  it("refuses to write where it reads", async () => {
    await expect(database.reader.deleteFrom("change").execute()).rejects.toMatchObject({ code: "database_read_only" });
  });

  it("begins a transaction again that was given up for another one's sake", async () => {
    await sql`create table tally (id bigint primary key, n bigint not null)`.execute(database.db);
    await database.hot.query({ text: "insert into tally values (1, 0), (2, 0)" });
    const add = (first: number, second: number) =>
      database.hot.transaction(async (connection) => {
        await connection.query("update tally set n = n + 1 where id = $1", [first]);
        await connection.query("select pg_sleep(0.05)");
        await connection.query("update tally set n = n + 1 where id = $1", [second]);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect((await database.hot.query({ text: "select n from tally" })).rows).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it("ends a hot transaction in which nothing is asked for a second, and goes on with another connection", async () => {
    await sql`create table slow (n bigint)`.execute(database.db);
    const stopped = database.hot.transaction(async (connection) => {
      await connection.query("insert into slow values (1)");
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await connection.query("insert into slow values (2)");
    });
    await expect(stopped).rejects.toMatchObject({ code: "database_unavailable" });
    await database.hot.query({ text: "insert into slow values (3)" });
    expect((await database.hot.query({ text: "select n from slow" })).rows).toEqual([{ n: 3 }]);
  });

  it("says that the server is away, and goes on when it is back", async () => {
    const pids = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    const cut = database.hot.query({ text: "select pg_sleep(20)" });
    const refused = expect(cut).rejects.toMatchObject({ code: "database_unavailable" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await sql.raw(pids).execute(database.db);
    await refused;
    expect((await database.hot.query({ text: "select 1 as one" })).rows).toEqual([{ one: 1 }]);
    expect((await sql`select 1 as one`.execute(database.reader)).rows).toEqual([{ one: 1 }]);
  });

  it("gives the server's clock, whatever the host's says, and counts it on between two looks", async () => {
    const host = { ...systemClock, now: () => 0 };
    const clock = await database.clock(host);
    const near = async () => Math.abs(clock.now() - (await readServerClock(database.hot)));
    expect(await near()).toBeLessThan(1_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await near()).toBeLessThan(1_000);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  it("tells a server that does not answer from one that refuses", async () => {
    const failure = async (url: string) => {
      const other = await openPostgresDatabase({ url, applicationName: "test" });
      try {
        return await other.hot.query({ text: "select 1" }).catch((error: unknown) => error);
      } finally {
        await other.close();
      }
    };
    const { url } = database.settings;
    expect(await failure("postgres://nobody@127.0.0.1:1/none")).toMatchObject({ code: "database_unavailable" });
    expect(await failure(`${url}_not_there`)).toMatchObject({
      code: "database_refused",
      message: expect.stringContaining("does not exist"),
    });
  });
});
