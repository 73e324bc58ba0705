import { describe, expect, it } from "vitest";
import { isHyoshiError } from "../../base/error.ts";
import { translated } from "./postgres-error.ts";

const failure = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);
const codeOf = (error: unknown) => {
  const made = translated(error);
  return isHyoshiError(made) ? made.code : undefined;
};

describe("what the driver throws", () => {
  it.each([
    ["a server that is not there", failure("connect ECONNREFUSED 127.0.0.1:5432", { code: "ECONNREFUSED" })],
    ["a socket that is not there", failure("connect ENOENT", { code: "ENOENT", syscall: "connect" })],
    ["a server that shuts down", failure("terminating connection", { code: "57P01" })],
    ["a server that starts", failure("the database system is starting up", { code: "57P03" })],
    ["too many connections", failure("sorry, too many clients already", { code: "53300" })],
    ["a lost connection", failure("Connection terminated unexpectedly")],
    ["an answer that does not come", failure("Query read timeout")],
    ["a transaction that stood still", failure("terminating connection due to idle…", { code: "25P03" })],
    ["a name with several addresses", new AggregateError([failure("connect ECONNREFUSED ::1:5432")], "")],
  ])("of %s says that the database is away", (_what, error) => {
    expect(codeOf(Object.assign(error, error instanceof AggregateError ? { code: "ECONNREFUSED" } : {}))).toBe(
      "database_unavailable",
    );
  });

  it.each([
    ["a wrong password", failure("password authentication failed", { code: "28P01" })],
    ["a missing password", failure("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string")],
    ["a missing database", failure('database "x" does not exist', { code: "3D000" })],
    ["a certificate that nobody vouches for", failure("self-signed", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" })],
    ["another host's certificate", failure("altnames", { code: "ERR_TLS_CERT_ALTNAME_INVALID" })],
    ["a missing certificate", failure("ENOENT: no such file", { code: "ENOENT", syscall: "open" })],
    ["a server without encryption", failure("The server does not support SSL connections")],
  ])("of %s says that the database refuses", (_what, error) => {
    expect(codeOf(error)).toBe("database_refused");
  });

  it("of a full disk, a standby and a lock says so, and everything else is left as it is", () => {
    expect(codeOf(failure("No space left on device", { code: "53100" }))).toBe("database_full");
    expect(codeOf(failure("cannot execute INSERT in a read-only transaction", { code: "25006" }))).toBe(
      "database_read_only",
    );
    expect(codeOf(failure("canceling statement due to lock timeout", { code: "55P03" }))).toBe("database_busy");
    expect(codeOf(failure("timeout exceeded when trying to connect"))).toBe("database_busy");
    const unique = failure("duplicate key", { code: "23505" });
    expect(translated(unique)).toBe(unique);
  });
});
