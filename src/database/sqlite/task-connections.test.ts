import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { openSqliteWriter, type SqliteConnection } from "./open-sqlite.ts";
import { SqliteTaskConnections, TRANSACTION_LIMIT_MS } from "./task-connections.ts";

let folder: string;
let own: SqliteConnection;
let clock: FakeClock;
let connections: SqliteTaskConnections;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hyoshi-test-"));
  const settings = { file: join(folder, "test.sqlite"), durability: "process" } as const;
  own = openSqliteWriter(settings);
  own.exec("create table t (n integer)");
  clock = new FakeClock();
  connections = new SqliteTaskConnections(settings, clock);
});
afterEach(() => {
  void connections.close();
  own.close();
  rmSync(folder, { recursive: true, force: true });
});

const rows = () => own.prepare("select n from t order by n").pluck().all();
const insert = (n: number) => sql`insert into t values (${n})`;

describe("a task's connection", () => {
  it("keeps what is committed in time, and leaves no timer", async () => {
    const { db, release } = connections.open("app.a");
    await db.transaction().execute(async (trx) => {
      await insert(1).execute(trx);
      await clock.advance(TRANSACTION_LIMIT_MS - 1);
      await insert(2).execute(trx);
    });
    await insert(3).execute(db);
    expect(rows()).toEqual([1, 2, 3]);
    expect(clock.waiting).toBe(0);
    release();
  });

  it("rolls back a transaction that stays open too long, and takes the next one", async () => {
    const { db, release } = connections.open("app.a");
    const held = db.transaction().execute(async (trx) => {
      await insert(1).execute(trx);
      await clock.advance(TRANSACTION_LIMIT_MS);
      // The lock is free already, although the task does not know.
      own.exec("insert into t values (9)");
      await insert(2).execute(trx);
    });
    await expect(held).rejects.toMatchObject({ code: "transaction_too_long", fields: { task: "app.a" } });
    await db.transaction().execute((trx) => insert(3).execute(trx));
    expect(rows()).toEqual([3, 9]);
    release();
  });

  it("refuses to commit what was rolled back, also when no statement followed", async () => {
    const { db, release } = connections.open("app.a");
    const held = db.transaction().execute(async (trx) => {
      await insert(1).execute(trx);
      await clock.advance(TRANSACTION_LIMIT_MS);
    });
    await expect(held).rejects.toMatchObject({ code: "transaction_too_long" });
    expect(rows()).toEqual([]);
    release();
  });

  it("watches a transaction that the task began by a statement of its own", async () => {
    const { db, release } = connections.open("app.a");
    await sql`begin immediate`.execute(db);
    await insert(1).execute(db);
    await clock.advance(TRANSACTION_LIMIT_MS);
    await expect(sql`commit`.execute(db)).rejects.toMatchObject({ code: "transaction_too_long" });
    expect(rows()).toEqual([]);
    release();

    const next = connections.open("app.b");
    await sql`begin`.execute(next.db);
    await insert(2).execute(next.db);
    await sql`commit`.execute(next.db);
    expect(clock.waiting).toBe(0);
    expect(rows()).toEqual([2]);
    next.release();
  });

  it("rolls back what is open when the run ends, and answers nothing any more", async () => {
    const { db, release } = connections.open("app.a");
    await sql`begin immediate`.execute(db);
    await insert(1).execute(db);
    release();
    expect(rows()).toEqual([]);
    expect(clock.waiting).toBe(0);
    await expect(insert(2).execute(db)).rejects.toMatchObject({ code: "run_ended", fields: { task: "app.a" } });
    await expect(db.transaction().execute((trx) => insert(3).execute(trx))).rejects.toMatchObject({
      code: "run_ended",
    });
    const next = connections.open("app.b");
    await insert(4).execute(next.db);
    expect(rows()).toEqual([4]);
    next.release();
  });

  it("never executes for another run what an ended one still waits for a lock with", async () => {
    const first = connections.open("app.a");
    own.exec("begin immediate");
    const waiting = insert(1).execute(first.db);
    const refused = expect(waiting).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 10));
    first.release();
    own.exec("commit");
    const next = connections.open("app.b");
    await next.db.transaction().execute((trx) => insert(2).execute(trx));
    await refused;
    expect(rows()).toEqual([2]);
    next.release();
  });
});
