import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { HyoshiError } from "../base/error.ts";
import { refusalOf } from "./constraint.ts";
import type { DefinitionWords } from "./dialect.ts";
import { createTables } from "./migrations/0001-create-tables.ts";
import { addPolicies } from "./migrations/0002-policies.ts";
import { addBrokers } from "./migrations/0003-brokers.ts";
import { addWorker } from "./migrations/0004-worker.ts";
import type { Tables } from "./rows.ts";

/** hyoshi's own migrations, in order. A released one is never edited. */
function ownMigrations(words: DefinitionWords): Record<string, Migration> {
  return {
    "0001-create-tables": statements(createTables(words)),
    "0002-policies": statements(addPolicies(words)),
    "0003-brokers": statements(addBrokers(words)),
    "0004-worker": statements(addWorker(words)),
  };
}

function statements(up: readonly string[]): Migration {
  return {
    async up(db) {
      for (const statement of up) await sql.raw(statement).execute(db);
    },
  };
}

export interface MigrationState {
  readonly name: string;
  readonly applied: boolean;
}

/** An app's migrations carry its name: `tapp_a/0001-create-counter`. */
export type AppMigrations = Readonly<Record<string, Migration>>;

export class Migrations {
  readonly #db: Kysely<Tables>;
  readonly #own: Record<string, Migration>;
  readonly #apps: AppMigrations;

  constructor(db: Kysely<Tables>, words: DefinitionWords, apps: AppMigrations = {}) {
    this.#db = db;
    this.#own = ownMigrations(words);
    this.#apps = apps;
  }

  /** Which migrations there are and which are applied. Fails with `database_newer` where hyoshi's own table knows one that this program does not. */
  async status(): Promise<readonly MigrationState[]> {
    const applied = new Set([...(await this.#applied(OWN)), ...(await this.#applied(APPS))]);
    const known = new Set(Object.keys(this.#own));
    const unknown = (await this.#applied(OWN)).filter((name) => !known.has(name));
    if (unknown.length > 0) {
      throw new HyoshiError(
        "database_newer",
        `the database was migrated by a newer hyoshi: it has '${unknown.join("', '")}', which this version does not know; run the newer version`,
        { fields: { unknown } },
      );
    }
    return [...Object.keys(this.#own), ...Object.keys(this.#apps).sort()].map((name) => ({
      name,
      applied: applied.has(name),
    }));
  }

  async isCurrent(): Promise<boolean> {
    return (await this.status()).every((migration) => migration.applied);
  }

  /** Applies what is missing, hyoshi's own first. Callers hold the migration lock. Answers the names that were applied. */
  async migrate(): Promise<readonly string[]> {
    await this.status();
    return [...(await this.#run(OWN, this.#own)), ...(await this.#run(APPS, this.#apps))];
  }

  /** Goes up or down to the app's migration `target` (`app/0001-name`), or before all of an app's with `app/zero`. */
  async migrateTo(target: string): Promise<readonly string[]> {
    const [app = "", name = ""] = target.split("/");
    const mine = Object.keys(this.#apps)
      .filter((key) => key.startsWith(`${app}/`))
      .sort();
    const exact = mine.find((key) => key === target || key.startsWith(`${app}/${name}-`));
    if (mine.length === 0 || (name !== "zero" && exact === undefined)) {
      throw new HyoshiError(
        "unknown_migration",
        `there is no migration '${target}': expected APP/NAME or APP/zero, one of ${[...mine, `${app}/zero`].join(", ")}`,
        { fields: { target } },
      );
    }
    await this.#run(OWN, this.#own);
    const upTo = name === "zero" ? -1 : mine.indexOf(exact ?? "");
    const applied = new Set(await this.#applied(APPS));
    const done: string[] = [];
    for (const key of mine.filter((key, index) => index <= upTo && !applied.has(key))) {
      await this.#step(key, "up");
      done.push(key);
    }
    for (const key of mine.filter((key, index) => index > upTo && applied.has(key)).reverse()) {
      await this.#step(key, "down");
      done.push(key);
    }
    return done;
  }

  async #step(key: string, direction: "up" | "down"): Promise<void> {
    const migration = this.#apps[key];
    if (migration === undefined) return;
    if (direction === "down" && migration.down === undefined) {
      throw new HyoshiError("migration_without_down", `migration '${key}' has no down(): it cannot be undone`, {
        fields: { migration: key },
      });
    }
    await this.#db.transaction().execute(async (trx) => {
      // biome-ignore lint/suspicious/noExplicitAny: Kysely's migrations take an untyped database.
      await migration[direction]?.(trx as Kysely<any>);
      const table = sql.table(APPS);
      if (direction === "down") await sql`delete from ${table} where name = ${key}`.execute(trx);
      else await sql`insert into ${table} (name, timestamp) values (${key}, ${""})`.execute(trx);
    });
  }

  async #run(table: string, migrations: AppMigrations): Promise<readonly string[]> {
    const migrator = new Migrator({
      db: this.#db,
      provider: { getMigrations: async () => ({ ...migrations }) },
      migrationTableName: table,
      migrationLockTableName: `${table}_lock`,
      allowUnorderedMigrations: true,
    });
    const applied: string[] = [];
    // One by one: each has a transaction of its own where the database has them for definitions, and stays when the next one fails.
    for (;;) {
      const { error, results = [] } = await migrator.migrateUp();
      if (error !== undefined) {
        const failed = results.find((result) => result.status === "Error")?.migrationName;
        throw new HyoshiError(
          "migration_failed",
          `migration '${failed ?? table}' failed: ${error instanceof Error ? error.message : String(error)}; what came before it is applied`,
          { cause: error, fields: { migration: failed } },
        );
      }
      if (results.length === 0) return applied;
      applied.push(...results.map((result) => result.migrationName));
    }
  }

  async #applied(table: string): Promise<readonly string[]> {
    try {
      const query = sql<{ name: string }>`select name from ${sql.table(table)} order by name`;
      return (await query.execute(this.#db)).rows.map((row) => row.name);
    } catch (error) {
      if (refusalOf(error)?.kind === "table_missing") return [];
      throw error;
    }
  }
}

const OWN = "hyoshi_migration";
const APPS = "hyoshi_app_migration";
