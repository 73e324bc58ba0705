import { optionalPackage } from "../../base/optional-package.ts";

export type PostgresDriver = typeof import("pg")["default"];

/** Fails with `driver_missing`. */
export async function loadPostgresDriver(): Promise<PostgresDriver> {
  const asker = "the database's address asks for PostgreSQL";
  return (await optionalPackage("pg", asker, () => import("pg"))).default;
}
