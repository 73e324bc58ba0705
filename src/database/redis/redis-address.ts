import { readFileSync } from "node:fs";
import { HyoshiError } from "../../base/error.ts";

/** What a Redis address says, in the words of the driver's own options. */
export interface RedisAddress {
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  readonly socket:
    | { readonly path: string; readonly tls: false }
    | {
        readonly host: string;
        readonly port: number;
        readonly tls: boolean;
        readonly rejectUnauthorized?: boolean;
        readonly ca?: Buffer;
        readonly cert?: Buffer;
        readonly key?: Buffer;
      };
}

const FORM = "redis://USER:PASSWORD@HOST:6379/DATABASE, rediss://…, or redis+socket:///PATH?virtual_host=DATABASE";

/**
 * Reads an address as Celery's own settings write it: `redis://`, `rediss://` (with `ssl_cert_reqs`, `ssl_ca_certs`, `ssl_certfile`, `ssl_keyfile`),
 * `redis+socket://` and `unix://` (with `virtual_host` or `db`). Fails with `invalid_address`, without the password in its text.
 */
export function parseRedisAddress(address: string): RedisAddress {
  const [, scheme = "", rest = ""] = /^([a-z+]+):\/\/(.*)$/is.exec(address) ?? [];
  const kind = scheme.toLowerCase();
  if (kind === "redis+socket" || kind === "unix") return socketAddress(rest, address);
  if (kind !== "redis" && kind !== "rediss") throw invalid(address);
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw invalid(address);
  }
  const { hostname, port, pathname, searchParams } = url;
  return {
    ...credentials(url.username, url.password),
    database: databaseNumber(pathname.slice(1) || searchParams.get("virtual_host") || searchParams.get("db"), address),
    socket: {
      // Literal IPv6 addresses stand in brackets in an address, and nowhere else.
      host: hostname.replace(/^\[(.*)\]$/, "$1") || "localhost",
      port: port === "" ? 6379 : Number(port),
      tls: kind === "rediss",
      ...(kind === "rediss" ? tlsOptions(searchParams) : {}),
    },
  };
}

function socketAddress(rest: string, address: string): RedisAddress {
  const [, userinfo = "", path = "", search = ""] = /^(?:([^@/]*)@)?(\/[^?]*)(?:\?(.*))?$/s.exec(rest) ?? [];
  if (path === "" || path === "/") throw invalid(address);
  const [username = "", password = ""] = userinfo.split(":", 2);
  const parameters = new URLSearchParams(search);
  return {
    ...credentials(username, password),
    database: databaseNumber(parameters.get("virtual_host") ?? parameters.get("db"), address),
    socket: { path: decodeURIComponent(path), tls: false },
  };
}

function credentials(username: string, password: string) {
  return {
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
  };
}

function databaseNumber(text: string | null, address: string): number {
  const digits = (text ?? "").replace(/^\//, "");
  if (digits === "") return 0;
  if (!/^\d{1,5}$/.test(digits)) throw invalid(address);
  return Number(digits);
}

function tlsOptions(parameters: URLSearchParams) {
  const asked = parameters
    .get("ssl_cert_reqs")
    ?.toLowerCase()
    .replace(/^cert_/, "");
  const file = (name: string) => {
    const path = parameters.get(name);
    return path === null ? undefined : readFileSync(path);
  };
  const [ca, cert, key] = [file("ssl_ca_certs"), file("ssl_certfile"), file("ssl_keyfile")];
  return {
    ...(asked === "none" || asked === "optional" ? { rejectUnauthorized: false } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function invalid(address: string): HyoshiError {
  const shown = address.replace(/^([a-z+]+:\/\/[^/?#@]*?):[^/?#]*@/i, "$1:***@");
  return new HyoshiError("invalid_address", `'${shown}' is not an address of a Redis server: expected ${FORM}`);
}
