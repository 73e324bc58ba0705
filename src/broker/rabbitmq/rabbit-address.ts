import { HyoshiError } from "../../base/error.ts";

/** Where RabbitMQ is, and as whom to go there. */
export interface RabbitAddress {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly virtualHost: string;
  /** Seconds between signs of life; 0: none. */
  readonly heartbeatSeconds: number;
  /** Files of certificates, and the name that the server's must bear. */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
  /** Whether the server's certificate is checked. */
  readonly verify: boolean;
  /** The address without its password, for logs and messages. */
  readonly text: string;
}

/**
 * Half of what RabbitMQ proposes, and more than twice as long as a task should ever keep the event loop: both sides give a connection up after two
 * of them without a sign.
 */
const HEARTBEAT_SECONDS = 30;
const ACCEPTED = "amqp://user:password@host:5672/virtual%20host, amqps:// with TLS";

/**
 * `amqp://user:password@host:port/vhost`, each part percent-decoded. What is absent: guest, guest, localhost, 5672 (TLS: 5671) and `/`. Celery's
 * `amqp://host//` is the virtual host `/` too. Parameters, as RabbitMQ's own clients have them: `heartbeat` (seconds), `cacertfile`, `certfile`,
 * `keyfile`, `verify=verify_none`, `server_name_indication`. Fails with `invalid_address`.
 */
export function parseRabbitAddress(address: string): RabbitAddress {
  if (!URL.canParse(address)) throw invalid("it is no address");
  const url = new URL(address);
  if (url.protocol !== "amqp:" && url.protocol !== "amqps:") throw invalid(`its scheme is '${url.protocol}'`);
  const tls = url.protocol === "amqps:";
  const virtualHost = decoded(url.pathname.replace(/^\//, ""), "virtual host");
  const parameters = url.searchParams;
  const text = new URL(address);
  text.password = "";
  text.search = "";
  return {
    tls,
    host: url.hostname === "" ? "localhost" : url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (tls ? 5671 : 5672) : Number(url.port),
    user: url.username === "" && url.password === "" ? "guest" : decoded(url.username, "user"),
    password: url.username === "" && url.password === "" ? "guest" : decoded(url.password, "password"),
    virtualHost: virtualHost === "" ? "/" : virtualHost,
    heartbeatSeconds: seconds(parameters.get("heartbeat")),
    ...file(parameters, "cacertfile", "caFile"),
    ...file(parameters, "certfile", "certFile"),
    ...file(parameters, "keyfile", "keyFile"),
    ...file(parameters, "server_name_indication", "serverName"),
    verify: parameters.get("verify") !== "verify_none",
    text: text.href,
  };
}

function decoded(part: string, what: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(`its ${what} is not percent-encoded text`);
  }
}

function seconds(text: string | null): number {
  if (text === null) return HEARTBEAT_SECONDS;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw invalid(`its heartbeat '${text}' is no number of seconds`);
  return Number(text);
}

function file<Field extends string>(parameters: URLSearchParams, name: string, field: Field) {
  const value = parameters.get(name);
  return (value === null ? {} : { [field]: value }) as { readonly [name in Field]?: string };
}

/** The address itself is not quoted: it may hold a password. */
function invalid(why: string): HyoshiError {
  return new HyoshiError(
    "invalid_address",
    `the broker's address for RabbitMQ makes no sense, ${why}: accepted are ${ACCEPTED}`,
  );
}
