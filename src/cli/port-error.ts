import { HyoshiError } from "../base/error.ts";

/** Why a port cannot be listened on, and what to do. */
export function portError(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const wrongHost = `${host} is no address of this machine: correct 'admin.host', --host or HOST`;
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} of ${host} is in use: stop what listens there, or choose another with --port or PORT`,
    EACCES: `port ${port} of ${host} may not be opened by this user: choose one above 1023 with --port or PORT`,
    EADDRNOTAVAIL: wrongHost,
    ENOTFOUND: wrongHost,
  };
  const reason = reasons[error.code ?? ""];
  return reason === undefined ? error : new HyoshiError("cannot_listen", reason, { cause: error });
}
