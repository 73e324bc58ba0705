import { HyoshiError, messageOf } from "../../base/error.ts";

/** The server refuses the connection itself: waiting does not help. */
const refused = new Set(["28000", "28P01", "3D000"]);
/** So does a certificate that is not accepted, on either side, and a password that is missing. */
const untrusted = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;
const unmet = /^(SASL: |SECURITY WARNING: |The server does not support SSL connections)/;
/** It is starting, stopping or full, or ended this connection. */
const away = new Set(["57P01", "57P02", "57P03", "53300", "25P03", "58000", "58030"]);
/** What Node says of a server that cannot be reached. */
const network = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/** The driver's own errors have texts alone. */
const lost =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|Connection ended|timeout expired)/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The transaction met another one, and the same work can succeed a moment later. */
export function isCollision(error: unknown): boolean {
  const code = codeOf(error instanceof HyoshiError ? error.cause : error);
  return code === "40001" || code === "40P01";
}

function refuses(error: unknown): boolean {
  const code = codeOf(error);
  // A certificate's file that the address names is not there; a socket that is not there is a server that is away.
  const isFile = code === "ENOENT" && (error as NodeJS.ErrnoException).syscall === "open";
  return refused.has(code) || untrusted.test(code) || unmet.test(messageOf(error)) || isFile;
}

/** Whether the connection is of no more use. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  return away.has(code) || network.has(code) || code.startsWith("08") || lost.test(messageOf(error));
}

/** Turns what the driver throws into an error that says what to do; leaves everything else as it is. */
export function translated(error: unknown): unknown {
  const code = codeOf(error);
  const text = textOf(error);
  const as = (name: string, message: string) => new HyoshiError(name, message, { cause: error });
  if (refuses(error)) return as("database_refused", `the database refuses the connection: ${text}`);
  if (code === "53100")
    return as("database_full", "the disk of the database is full: free space, and what waits goes on by itself");
  if (code === "25006") return as("database_read_only", `the database cannot be written: ${text}`);
  if (code === "25P03")
    return as(
      "database_unavailable",
      `the database ended a transaction in which nothing was asked for too long: ${text}`,
    );
  if (code === "55P03" || code === "57014")
    return as("database_busy", `the database did not come to it in time: ${text}`);
  if (messageOf(error) === "timeout exceeded when trying to connect")
    return as("database_busy", "all connections of this process to the database were in use for 10 s");
  if (isLost(error)) return as("database_unavailable", `the database does not answer: ${text}`);
  return error;
}

/** A name with several addresses fails with one error for each, and no text of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return messageOf(error);
}
