import { HyoshiError } from "../../base/error.ts";

export type PostgresDriver = typeof import("pg")["default"];

/** The driver is an optional peer: it is imported when an address asks for PostgreSQL, and not before. Fails with `driver_missing`. */
export async function loadPostgresDriver(): Promise<PostgresDriver> {
  try {
    return (await import("pg")).default;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) throw cause;
    throw new HyoshiError(
      "driver_missing",
      "the database's address asks for PostgreSQL, whose driver 'pg' is not installed: run 'npm install pg' in the project",
      { cause, fields: { package: "pg" } },
    );
  }
}
