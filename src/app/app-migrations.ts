import type { Migration } from "kysely/migration";
import { HyoshiError, messageOf } from "../base/error.ts";
import type { AppMigrations } from "../database/migrate.ts";
import type { DiscoveredApp } from "../discovery/discover.ts";

type Found = DiscoveredApp["migrations"][number];
type Direction = NonNullable<Migration["down"]>;

/**
 * The migrations of all apps, under names that carry the app's: `tapp_a/0001-create-counter`. Each is imported when it is
 * run, so that a broken one stops nobody who only asks whether it was.
 */
export function appMigrations(apps: readonly DiscoveredApp[]): AppMigrations {
  return Object.fromEntries(
    apps.flatMap((app) =>
      app.migrations.map((found): [string, Migration] => {
        const name = `${app.name}/${found.name}`;
        return [name, { up: step(name, found, "up"), down: step(name, found, "down") }];
      }),
    ),
  );
}

/** Imports a migration to see that it could run. Fails with `invalid_migration`. */
export async function assertMigration(app: DiscoveredApp, found: Found): Promise<void> {
  await directionOf(`${app.name}/${found.name}`, found, "up");
}

function step(name: string, found: Found, direction: "up" | "down"): Direction {
  return async (db) => (await directionOf(name, found, direction))(db);
}

async function directionOf(name: string, { load }: Found, direction: "up" | "down"): Promise<Direction> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await load();
  } catch (cause) {
    throw new HyoshiError("invalid_migration", `migration '${name}' cannot be imported: ${messageOf(cause)}`, {
      cause,
    });
  }
  const act = module[direction];
  // That it takes Kysely's argument is between its author and Kysely.
  if (typeof act === "function") return act as Direction;
  throw new HyoshiError(
    "invalid_migration",
    `migration '${name}' exports no function '${direction}': expected 'export async function ${direction}(db) { … }'`,
  );
}
