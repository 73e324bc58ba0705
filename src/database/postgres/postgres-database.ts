import type { Kysely } from "kysely";
import type { Clock } from "../../base/clock.ts";
import { postgresWords } from "../dialect.ts";
import { type AppMigrations, Migrations } from "../migrate.ts";
import type { Tables } from "../rows.ts";
import { loadPostgresDriver, type PostgresDriver } from "./load-driver.ts";
import { withMigrationLock } from "./migration-lock.ts";
import { kyselyOn, serializableOn } from "./postgres-kysely.ts";
import { PostgresPool } from "./postgres-pool.ts";
import { hotUse, migrationUse, type PostgresSettings, readUse, writeUse } from "./postgres-settings.ts";
import { ServerClock } from "./server-clock.ts";

/** A PostgreSQL database as a process uses it. Nothing connects before it is asked for. */
export interface PostgresDatabase {
  readonly kind: "postgres";
  readonly settings: PostgresSettings;
  readonly driver: PostgresDriver;
  /** For the hot paths: named statements, short transactions. */
  readonly hot: PostgresPool;
  /** For everything else that writes. */
  readonly db: Kysely<Tables>;
  /** For lists and pages; refuses to write. */
  readonly reader: Kysely<Tables>;
  migrate(apps?: AppMigrations): Promise<readonly string[]>;
  migrations(apps?: AppMigrations): Migrations;
  /** Runs `work` while no other process migrates. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** The server's clock, which is read again now and then until the database is closed; `host` measures the time between. */
  clock(host: Clock): Promise<Clock>;
  close(): Promise<void>;
}

/** Fails with `driver_missing`; that the server is away shows at the first statement. */
export async function openPostgresDatabase(settings: PostgresSettings): Promise<PostgresDatabase> {
  const driver = await loadPostgresDriver();
  const [hot, writing, reading, migrating] = [hotUse, writeUse, readUse, migrationUse].map(
    (use) => new PostgresPool(driver, settings, use),
  ) as [PostgresPool, PostgresPool, PostgresPool, PostgresPool];
  const unhurried = kyselyOn(migrating);
  const migrations = (apps: AppMigrations = {}) => new Migrations(unhurried, postgresWords, apps);
  const exclusively = <T>(work: () => Promise<T>) => withMigrationLock(migrating, work);
  const clocks: ServerClock[] = [];
  return {
    kind: "postgres",
    settings,
    driver,
    hot,
    db: serializableOn(writing),
    reader: kyselyOn(reading),
    migrations,
    exclusively,
    migrate: (apps = {}) => exclusively(() => migrations(apps).migrate()),
    async clock(host) {
      const clock = new ServerClock(hot, host);
      clocks.push(clock);
      await clock.start();
      return clock;
    },
    async close() {
      for (const clock of clocks) clock.stop();
      await Promise.all([hot, writing, reading, migrating].map((pool) => pool.close()));
    },
  };
}
