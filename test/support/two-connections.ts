import { PostgresPool } from "../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../src/database/postgres/postgres-settings.ts";
import { openSqliteWriter } from "../../src/database/sqlite/open-sqlite.ts";
import { openTestDatabase } from "./database.ts";
import { emptiedPostgres } from "./emptied-postgres.ts";

/** Two connections to one SQLite file, as two processes have them, and the row of a process. */
export async function openTwoOnSqlite() {
  const database = await openTestDatabase();
  const second = openSqliteWriter({ file: database.file, durability: "process" });
  const { hot } = database;
  return {
    hot,
    second,
    async addProcess(name: string, leaseUntil: number): Promise<number> {
      const insert = hot.prepare(`insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ('worker', ?, 'host', 1, 0, ?, 0, '{}')`);
      return Number(insert.run(name, leaseUntil).lastInsertRowid);
    },
    async setLease(processId: number, leaseUntil: number): Promise<void> {
      hot.prepare("update process set lease_until = ? where id = ?").run(leaseUntil, processId);
    },
    async close(): Promise<void> {
      second.close();
      await database.close();
    },
  };
}

/** The same on PostgreSQL; called once in a file, whose tests share the database that each of them finds empty. */
export function twoOnPostgres() {
  const emptied = emptiedPostgres();
  return async () => {
    const { hot, driver, settings } = await emptied();
    const second = new PostgresPool(driver, settings, hotUse);
    return {
      hot,
      second,
      async addProcess(name: string, leaseUntil: number): Promise<number> {
        const { rows } = await hot.query<{ id: number }>({
          text: `insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
            values ('worker', $1, 'host', 1, 0, $2, 0, '{}') returning id`,
          values: [name, leaseUntil],
        });
        return rows[0]?.id ?? 0;
      },
      async setLease(processId: number, leaseUntil: number): Promise<void> {
        await hot.query({ text: "update process set lease_until = $1 where id = $2", values: [leaseUntil, processId] });
      },
      close: (): Promise<void> => second.close(),
    };
  };
}
