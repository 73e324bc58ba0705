import type { Migration } from "kysely/migration";
import { HyoshiError, messageOf } from "../base/error.ts";
import type { AppMigrations } from "../database/migrate.ts";
import type { DiscoveredApp } from "../discovery/discover.ts";

/**
 * The migrations of all apps, under names that carry the app's: `tapp_a/0001-create-counter`.
 *
 * @throws HyoshiError `invalid_migration` for one that cannot be imported or has no `up`
 */
export async function loadAppMigrations(apps: readonly DiscoveredApp[]): Promise<AppMigrations> {
  const migrations: Record<string, Migration> = {};
  for (const app of apps) {
    for (const found of app.migrations) {
      const name = `${app.name}/${found.name}`;
      migrations[name] = await loadMigration(name, found);
    }
  }
  return migrations;
}

async function loadMigration(name: string, { load }: DiscoveredApp["migrations"][number]): Promise<Migration> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await load();
  } catch (cause) {
    throw new HyoshiError("invalid_migration", `migration '${name}' cannot be imported: ${messageOf(cause)}`, {
      cause,
    });
  }
  const { up, down } = module;
  if (typeof up !== "function" || (down !== undefined && typeof down !== "function")) {
    throw new HyoshiError(
      "invalid_migration",
      `migration '${name}' exports no function 'up': expected 'export async function up(db) { … }', and 'down' likewise where it can be undone`,
    );
  }
  // Checked to be functions; that they take Kysely's arguments is between the author and Kysely.
  return { up, ...(down === undefined ? {} : { down }) } as Migration;
}
