import type { Client } from "pg";
import { loadPostgresDriver } from "../../database/postgres/load-driver.ts";
import { translated } from "../../database/postgres/postgres-error.ts";
import { connectionConfig } from "../../database/postgres/postgres-settings.ts";
import type { ForeignRow, ForeignTables } from "../foreign-tables.ts";

const STATEMENT_MS = 120_000;

/** Every value as the server writes it, in UTC and the ISO form. */
const SESSION = "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set bytea_output = 'hex'";

/** Connects to another system's PostgreSQL database. Fails with `database_refused`, `database_unavailable` and `driver_missing`. */
export async function openPostgresForeignTables(
  url: string,
  { writable }: { readonly writable: boolean },
): Promise<ForeignTables> {
  const driver = await loadPostgresDriver();
  const session = { statement_timeout: STATEMENT_MS };
  const client = new driver.Client({
    ...connectionConfig(driver, { url, applicationName: "hyoshi import" }, { most: 1, session }),
    types: { getTypeParser: () => (text: unknown) => text } as never,
  });
  // One that is lost is told by the query that it was lost under.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`${SESSION}; set default_transaction_read_only = ${writable ? "off" : "on"}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw translated(error);
  }
  return new PostgresForeignTables(client);
}

class PostgresForeignTables implements ForeignTables {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async columns(table: string): Promise<readonly string[]> {
    const rows = await this.#query(
      "select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum",
      [quoted(table)],
    );
    return rows.map(({ attname }) => String(attname));
  }

  rows(
    table: string,
    { key, after, limit }: { key: string; after?: number; limit: number },
  ): Promise<readonly ForeignRow[]> {
    const from = after === undefined ? "" : `where ${quoted(key)} > $2`;
    return this.#query(`select * from ${quoted(table)} ${from} order by ${quoted(key)} limit $1`, [
      limit,
      ...(after === undefined ? [] : [after]),
    ]);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.#query(`select count(*) as n from ${quoted(table)}`, []);
    return Number(row?.n ?? 0);
  }

  async update(table: string, where: ForeignRow, set: ForeignRow): Promise<number> {
    const values = [...Object.values(set), ...Object.values(where)].map((value) => value ?? null);
    let number = 0;
    const next = () => {
      number += 1;
      return `$${number}`;
    };
    const assignments = Object.keys(set).map((column) => `${quoted(column)} = ${next()}`);
    const conditions = Object.keys(where).map((column) => `${quoted(column)} is not distinct from ${next()}`);
    const text = `update ${quoted(table)} set ${assignments.join(", ")} where ${conditions.join(" and ") || "true"}`;
    try {
      return (await this.#client.query(text, values)).rowCount ?? 0;
    } catch (error) {
      throw translated(error);
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  async #query(text: string, values: readonly unknown[]): Promise<readonly ForeignRow[]> {
    try {
      return (await this.#client.query<Record<string, string | null>>(text, [...values])).rows;
    } catch (error) {
      throw translated(error);
    }
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
