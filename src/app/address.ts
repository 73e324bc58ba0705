import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { HyoshiError } from "../base/error.ts";

export interface SqliteAddress {
  readonly kind: "sqlite";
  /** Absolute. */
  readonly file: string;
}

export interface PostgresAddress {
  readonly kind: "postgres";
  readonly url: string;
}

export type DatabaseAddress = SqliteAddress | PostgresAddress;

const EXAMPLES = "such as sqlite:hyoshi.sqlite or sqlite:///var/lib/hyoshi.sqlite";
const POSTGRES_FORM = "postgres://USER:PASSWORD@HOST:5432/DATABASE, or postgres:///DATABASE?host=/var/run/postgresql";

/** The database's address as a value; a relative path of SQLite's is under `dataFolder`. */
export function parseDatabaseAddress(address: string, dataFolder: string): DatabaseAddress {
  const scheme = schemeOf(address);
  if (scheme === "sqlite") return { kind: "sqlite", file: sqliteFile(address, dataFolder) };
  if (isPostgres(scheme)) {
    if (serverOf(address) === undefined) {
      throw new HyoshiError(
        "invalid_address",
        `database '${withoutPassword(address)}' is not an address of a PostgreSQL database: expected ${POSTGRES_FORM}`,
      );
    }
    return { kind: "postgres", url: address };
  }
  throw new HyoshiError(
    "invalid_address",
    `database '${withoutPassword(address)}' is not an address: expected sqlite:<path>, ${EXAMPLES}, or ${POSTGRES_FORM}`,
  );
}

/** What people are told of where the database is. */
export function describeDatabase(address: DatabaseAddress): string {
  return address.kind === "sqlite" ? address.file : withoutPassword(address.url);
}

/** Whether the broker's address names the database itself, which is the only broker of this release; throws when it names another. */
export function assertBrokerIsDatabase(
  broker: string,
  database: DatabaseAddress | undefined,
  dataFolder: string,
): void {
  if (broker === "database") return;
  const scheme = schemeOf(broker);
  if (scheme === "sqlite" || isPostgres(scheme)) {
    if (database === undefined || isSame(parseDatabaseAddress(broker, dataFolder), database)) return;
    throw new HyoshiError(
      "unsupported_broker",
      `broker '${withoutPassword(broker)}' is another database than 'database' names: expected 'database', which needs no second one`,
    );
  }
  throw new HyoshiError(
    "unsupported_broker",
    `broker '${withoutPassword(broker)}' cannot be used by this release: expected 'database', which carries runs in the database itself`,
  );
}

function isSame(one: DatabaseAddress, other: DatabaseAddress): boolean {
  if (one.kind === "sqlite" || other.kind === "sqlite") {
    return one.kind === "sqlite" && other.kind === "sqlite" && one.file === other.file;
  }
  return serverOf(one.url) === serverOf(other.url);
}

function isPostgres(scheme: string | undefined): boolean {
  return scheme === "postgres" || scheme === "postgresql";
}

/** Which database of which server a PostgreSQL address names, whoever signs in; undefined where it names none. */
function serverOf(address: string): string | undefined {
  // A socket's folder may stand where a host does, which no URL may have; and no host may stand behind a user.
  const [, authority = "", path = "", search = ""] =
    /^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#]*)\/?([^?#]*)(?:\?([^#]*))?$/i.exec(address) ?? [];
  if (path === "" || path.includes("/") || /\s/.test(address)) return undefined;
  const [, inAuthority = "", portInAuthority = ""] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [undefined];
  if (authority !== "" && inAuthority === "" && portInAuthority === "") return undefined;
  const parameters = new URLSearchParams(search);
  const host = parameters.get("host") || decodeURIComponent(inAuthority).toLowerCase() || "localhost";
  const port = parameters.get("port") || portInAuthority || "5432";
  return `${host}:${port}/${path}`;
}

/** An address that may be printed. */
export function withoutPassword(address: string): string {
  return address
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]*?):[^/?#]*@/i, "$1:***@")
    .replace(/([?&](?:password|sslpassword)=)[^&#]*/gi, "$1***");
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
