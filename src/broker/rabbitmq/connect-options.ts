import { readFileSync } from "node:fs";
import type { Options, SocketOptions } from "amqplib";
import type { RabbitAddress } from "./rabbit-address.ts";

/** Reply codes with which RabbitMQ says that it will not have us: a wrong password, a virtual host that is not there. */
const REFUSALS = new Set([403, 530]);

/** An address as the driver takes it. */
export function connectOptions(address: RabbitAddress): Options.Connect {
  return {
    protocol: address.tls ? "amqps" : "amqp",
    hostname: address.host,
    port: address.port,
    username: address.user,
    password: address.password,
    // The driver decodes it once more.
    vhost: encodeURIComponent(address.virtualHost),
    heartbeat: address.heartbeatSeconds,
  };
}

/** What TLS needs of files. Fails where one cannot be read. */
export function tlsOptions(address: RabbitAddress): SocketOptions {
  if (!address.tls) return {};
  return {
    rejectUnauthorized: address.verify,
    ...(address.caFile !== undefined && { ca: readFileSync(address.caFile) }),
    ...(address.certFile !== undefined && { cert: readFileSync(address.certFile) }),
    ...(address.keyFile !== undefined && { key: readFileSync(address.keyFile) }),
    ...(address.serverName !== undefined && { servername: address.serverName }),
  };
}

/** Whether it is no use to try again before somebody has changed something. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "number" && REFUSALS.has(code)) return true;
  // During the handshake the driver puts the code into the text alone, and loses it where the virtual host is not there.
  const answer = /\b(ACCESS[_-]REFUSED|NOT[_-]ALLOWED)\b|ConnectionOpenOk; got <ConnectionClose/.test(error.message);
  // A certificate is refused by Node, with a text as its code.
  return answer || /CERT|ALTNAME/.test(String(code));
}
