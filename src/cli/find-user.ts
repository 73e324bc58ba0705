import type { User } from "../account/account-store.ts";
import type { Accounts } from "../account/accounts.ts";
import { HyoshiError } from "../base/error.ts";

/** Fails with `not_found`. */
export async function findUser({ users }: Accounts, username: string): Promise<User> {
  const user = await users.findByName(username);
  if (user === undefined) throw new HyoshiError("not_found", `there is no user '${username}'`);
  return user;
}
