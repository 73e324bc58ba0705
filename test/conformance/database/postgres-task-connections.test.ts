import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PostgresTaskConnections } from "../../../src/database/postgres/postgres-task-connections.ts";
import { openPostgresTestDatabase, type PostgresTestDatabase } from "../../support/postgres-database.ts";

let database: PostgresTestDatabase;
let connections: PostgresTaskConnections;
beforeAll(async () => {
  database = await openPostgresTestDatabase();
  await sql`create table t (n integer primary key, big bigint, flag boolean, data json)`.execute(database.db);
});
afterAll(() => database.close());
beforeEach(async () => {
  await sql`truncate t`.execute(database.db);
  connections = new PostgresTaskConnections(database.driver, database.settings, 2);
});
afterEach(() => connections.close());

const insert = (n: number) => sql`insert into t (n) values (${n})`;
const rows = async () =>
  (await sql<{ n: number }>`select n from t order by n`.execute(database.db)).rows.map(({ n }) => n);

describe("a task's connection to PostgreSQL", () => {
  it("keeps what is committed, and nothing of what failed", async () => {
    const { db, release } = connections.open("app.a");
    await db.transaction().execute((trx) => insert(1).execute(trx));
    await insert(2).execute(db);
    const failing = db.transaction().execute(async (trx) => {
      await insert(3).execute(trx);
      await insert(2).execute(trx);
    });
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    expect(await rows()).toEqual([1, 2]);
    release();
  });

  it("hands over whole numbers as numbers, and the rest as the driver does", async () => {
    const { db, release } = connections.open("app.a");
    await sql`insert into t values (1, ${9007199254740991n}, true, '{"a": 1}'), (2, ${9007199254740993n}, null, null)`.execute(
      db,
    );
    expect((await sql`select *, count(*) over () as many from t order by n`.execute(db)).rows).toEqual([
      { n: 1, big: 9007199254740991, flag: true, data: { a: 1 }, many: 2 },
      { n: 2, big: "9007199254740993", flag: null, data: null, many: 2 },
    ]);
    const { numUpdatedRows } = await db.updateTable("t").set({ flag: false }).executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(2n);
    release();
  });

  it("rolls back what is open when the run ends, and answers nothing any more", async () => {
    const { db, release } = connections.open("app.a");
    await sql`begin`.execute(db);
    await insert(1).execute(db);
    release();
    await expect(insert(2).execute(db)).rejects.toMatchObject({ code: "run_ended", fields: { task: "app.a" } });
    const next = connections.open("app.b");
    await insert(4).execute(next.db);
    next.release();
    expect(await rows()).toEqual([4]);
  });

  it("leaves nothing of a run to the next one", async () => {
    const only = new PostgresTaskConnections(database.driver, database.settings, 1);
    const first = only.open("app.a");
    await sql`set statement_timeout = 1234`.execute(first.db);
    await sql`create temporary table scratch (n integer)`.execute(first.db);
    const { rows: before } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(first.db);
    first.release();
    const next = only.open("app.b");
    const { rows: after } = await sql`
      select pg_backend_pid() as pid, current_setting('statement_timeout') as t, to_regclass('scratch') as scratch,
        current_setting('application_name') as name`.execute(next.db);
    expect(after).toEqual([{ pid: before[0]?.pid, t: "0", scratch: null, name: "test (tasks)" }]);
    await only.close();
    await expect(insert(1).execute(next.db)).rejects.toMatchObject({ code: "run_ended" });
  });

  it("keeps statements of one run out of each other's transactions", async () => {
    const { db, release } = connections.open("app.a");
    const failing = db.transaction().execute(async (trx) => {
      await insert(1).execute(trx);
      const beside = insert(2).execute(db);
      await new Promise((resolve) => setTimeout(resolve, 50));
      void beside.catch(() => {});
      throw new Error("given up");
    });
    await expect(failing).rejects.toThrow("given up");
    await insert(3).execute(db);
    expect(await rows()).toEqual([2, 3]);
    release();
  });

  it("is replaced when it was cut, and a transaction that it cut fails", async () => {
    const { db, release } = connections.open("app.a");
    const cut = async () => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'test (tasks)' and datname = current_database()`.execute(database.db);
    };
    const failing = db.transaction().execute(async (trx) => {
      await insert(1).execute(trx);
      await cut();
      await insert(2)
        .execute(trx)
        .catch(() => {});
      await insert(3).execute(trx);
    });
    await expect(failing).rejects.toMatchObject({ code: "database_unavailable" });
    await insert(4).execute(db);
    expect(await rows()).toEqual([4]);
    release();
  });

  it("is waited for where as many runs have one as may", async () => {
    const [one, two, three] = ["a", "b", "c"].map((name) => connections.open(`app.${name}`));
    if (one === undefined || two === undefined || three === undefined) throw new Error("there are three");
    await insert(1).execute(one.db);
    await insert(2).execute(two.db);
    const third = insert(3).execute(three.db);
    one.release();
    await third;
    expect(await rows()).toEqual([1, 2, 3]);
    two.release();
    three.release();
  });
});
