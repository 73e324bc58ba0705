import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { AccountStore } from "./account-store.ts";
import { ApiTokens } from "./api-tokens.ts";
import type { ChangeLog } from "./change-log.ts";
import type { KnownPermissions } from "./draft-checks.ts";
import { GroupAccounts } from "./group-accounts.ts";
import { LoginSessions, type SessionLimits } from "./login-sessions.ts";
import { UserAccounts } from "./user-accounts.ts";

export interface AccountsSettings {
  readonly store: AccountStore;
  readonly changes: ChangeLog;
  readonly clock: Clock;
  readonly random: Random;
  /** The codes of all permissions that there are; asked at each change, so that the models may come later. */
  readonly permissions: KnownPermissions;
  /** Default: 12 hours without use, 14 days in all. */
  readonly sessions?: Partial<SessionLimits>;
}

/** Who may come in and what they may do. */
export interface Accounts {
  readonly users: UserAccounts;
  readonly groups: GroupAccounts;
  readonly sessions: LoginSessions;
  readonly tokens: ApiTokens;
  readonly changes: ChangeLog;
  readonly permissions: KnownPermissions;
}

const HOUR_MS = 3_600_000;

export function createAccounts({ store, changes, clock, random, permissions, sessions }: AccountsSettings): Accounts {
  const limits = { idleMs: sessions?.idleMs ?? 12 * HOUR_MS, longestMs: sessions?.longestMs ?? 14 * 24 * HOUR_MS };
  return {
    users: new UserAccounts(store, clock, permissions),
    groups: new GroupAccounts(store, clock, permissions),
    sessions: new LoginSessions(store, clock, random, limits),
    tokens: new ApiTokens(store, clock, random),
    changes,
    permissions,
  };
}
