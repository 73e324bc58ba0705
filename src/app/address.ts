import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { HyoshiError } from "../base/error.ts";
import { parseRabbitAddress } from "../broker/rabbitmq/rabbit-address.ts";
import { parseRedisAddress } from "../database/redis/redis-address.ts";

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

/** What carries runs to the workers. */
export type BrokerAddress =
  | { readonly kind: "database" }
  | { readonly kind: "redis" | "rabbitmq"; readonly url: string };

/** Where Celery's clients look for results. */
export type ResultsAddress =
  | { readonly kind: "none" | "rpc" | "django" }
  | { readonly kind: "redis"; readonly url: string };

const REDIS_SCHEMES: ReadonlySet<string | undefined> = new Set(["redis", "rediss", "redis+socket", "unix"]);
const BROKER_FORMS =
  "'database', redis://HOST:6379/0, rediss://…, redis+socket:///PATH, unix:///PATH, amqp://USER:PASSWORD@HOST:5672/VHOST or amqps://…";

/** The broker's address as a value. The database's own address says the same as 'database'. */
export function parseBrokerAddress(
  broker: string,
  database: DatabaseAddress | undefined,
  dataFolder: string,
): BrokerAddress {
  if (broker === "database") return { kind: "database" };
  const scheme = schemeOf(broker);
  if (REDIS_SCHEMES.has(scheme)) {
    parseRedisAddress(broker);
    return { kind: "redis", url: broker };
  }
  if (scheme === "amqp" || scheme === "amqps") {
    parseRabbitAddress(broker);
    return { kind: "rabbitmq", url: broker };
  }
  if (scheme === "sqlite" || isPostgres(scheme)) {
    if (database === undefined || isSame(parseDatabaseAddress(broker, dataFolder), database))
      return { kind: "database" };
    throw new HyoshiError(
      "unsupported_broker",
      `broker '${withoutPassword(broker)}' is another database than 'database' names: expected 'database', which needs no second one`,
    );
  }
  throw new HyoshiError(
    "unsupported_broker",
    `broker '${withoutPassword(broker)}' is no broker that hyoshi knows: expected ${BROKER_FORMS}`,
  );
}

const RESULT_FORMS = "'none', 'rpc', 'django' or an address of Redis, such as redis://HOST:6379/1";

/**
 * The result backend's address as a value; where it is not given, it is the broker's own: its Redis, or `rpc` on RabbitMQ. Where the database is the broker
 * there is no client of another kind to tell.
 */
export function parseResultsAddress(results: string | undefined, broker: BrokerAddress): ResultsAddress {
  if (results === undefined) {
    if (broker.kind === "redis") return { kind: "redis", url: broker.url };
    return { kind: broker.kind === "rabbitmq" ? "rpc" : "none" };
  }
  if (results === "none" || results === "django") return { kind: results };
  // Celery writes it as an address.
  if (results === "rpc" || results === "rpc://") {
    if (broker.kind !== "database") return { kind: "rpc" };
    throw new HyoshiError(
      "unsupported_results",
      "results 'rpc' travel over the broker, and the broker is the database: expected 'none' or 'django', or an address of Redis",
    );
  }
  if (results === "django-db") return { kind: "django" };
  if (REDIS_SCHEMES.has(schemeOf(results))) {
    parseRedisAddress(results);
    return { kind: "redis", url: results };
  }
  throw new HyoshiError(
    "unsupported_results",
    `results '${withoutPassword(results)}' is no result backend that hyoshi knows: expected ${RESULT_FORMS}`,
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
