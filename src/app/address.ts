import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { HyoshiError } from "../base/error.ts";

export interface SqliteAddress {
  readonly kind: "sqlite";
  /** Absolute. */
  readonly file: string;
}

/** The database's address as a value; a relative path of SQLite's is under `dataFolder`. */
export function parseDatabaseAddress(address: string, dataFolder: string): SqliteAddress {
  const scheme = schemeOf(address);
  if (scheme === "sqlite") return { kind: "sqlite", file: sqliteFile(address, dataFolder) };
  if (scheme === "postgres" || scheme === "postgresql") {
    throw new HyoshiError(
      "unsupported_database",
      `database '${withoutPassword(address)}' is PostgreSQL, which this release cannot use yet: expected sqlite:<path>`,
    );
  }
  throw new HyoshiError(
    "invalid_address",
    `database '${withoutPassword(address)}' is not an address: expected sqlite:<path>, such as sqlite:hyoshi.sqlite or sqlite:///var/lib/hyoshi.sqlite`,
  );
}

/** Whether the broker's address names the database itself, which is the only broker of this release; throws when it names another. */
export function assertBrokerIsDatabase(broker: string, database: SqliteAddress | undefined, dataFolder: string): void {
  if (broker === "database") return;
  if (schemeOf(broker) === "sqlite") {
    if (database === undefined || sqliteFile(broker, dataFolder) === database.file) return;
    throw new HyoshiError(
      "unsupported_broker",
      `broker '${broker}' is another SQLite file than the database: expected 'database', which needs no second file`,
    );
  }
  throw new HyoshiError(
    "unsupported_broker",
    `broker '${withoutPassword(broker)}' cannot be used by this release: expected 'database', which carries runs in the database itself`,
  );
}

/** An address that may be printed. */
export function withoutPassword(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]*?):[^/?#]*@/i, "$1:***@");
}

function schemeOf(address: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
}

function sqliteFile(address: string, dataFolder: string): string {
  const path = address.slice("sqlite:".length);
  const accepted = "expected sqlite:<path> or sqlite:///<absolute path>";
  if (path === "" || path.startsWith(":memory:")) {
    throw new HyoshiError(
      "invalid_address",
      `database '${address}' names no file, and processes share one: ${accepted}`,
    );
  }
  if (!path.startsWith("//")) return isAbsolute(path) ? path : resolve(dataFolder, path);
  // With an authority it would be a file of another host; people who write sqlite://name mean sqlite:name.
  if (!path.startsWith("///")) {
    throw new HyoshiError("invalid_address", `database '${address}' has a host and no path: ${accepted}`);
  }
  return fileURLToPath(`file:${path}`);
}
