import { execFile } from "node:child_process";
import { homedir, userInfo } from "node:os";
import { promisify } from "node:util";
import { HyoshiError } from "../../base/error.ts";

/** Whose process a command is. */
export interface SystemUser {
  /** Undefined: the worker's own, and nothing is switched. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  readonly name: string;
  readonly home: string;
}

/** The worker's own user. */
export function ownUser(): SystemUser {
  try {
    return { ids: undefined, name: userInfo().username, home: homedir() };
  } catch {
    // A user id without a name, as containers have them.
    return { ids: undefined, name: String(process.getuid?.() ?? ""), home: homedir() };
  }
}

/** The user of that name, with the group that is its own alone. Fails with `command_not_started`. */
export async function findUser(name: string): Promise<SystemUser> {
  const own = ownUser();
  if (own.name === name) return own;
  const entry = await passwordEntry(name);
  const [, , uid, gid, , home] = entry?.split(":") ?? [];
  if (uid === undefined || gid === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) {
    throw notStarted(name, `this machine has no user '${name}'`);
  }
  if (process.getuid?.() !== 0) {
    throw notStarted(name, `the worker runs as '${own.name}', and only root may run a command as '${name}'`);
  }
  return { ids: { uid: Number(uid), gid: Number(gid) }, name, home: home || "/" };
}

async function passwordEntry(name: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("getent", ["passwd", "--", name], { timeout: 10_000 });
    return stdout.split("\n").find((line) => line.startsWith(`${name}:`));
  } catch {
    return undefined;
  }
}

function notStarted(user: string, why: string): HyoshiError {
  return new HyoshiError("command_not_started", `the command was not started: ${why}`, { fields: { user } });
}
