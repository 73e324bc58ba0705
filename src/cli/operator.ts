import { userInfo } from "node:os";
import type { Actor } from "../account/permission.ts";

/** Whoever runs a command on the host: who can write to the database may do everything. Change records name the system's user. */
export function operator(): Actor {
  return { name: operatorName(), superuser: true, permissions: new Set() };
}

export function operatorName(): string {
  try {
    return `${userInfo().username} (command)`;
  } catch {
    // A container may run under a number that no user has.
    return `user ${process.getuid?.() ?? "unknown"} (command)`;
  }
}
