import type { Instant } from "../base/clock.ts";
import type { NewChange } from "./change.ts";

export interface User {
  readonly id: number;
  readonly username: string;
  readonly displayName: string;
  readonly email: string;
  readonly active: boolean;
  readonly superuser: boolean;
  readonly groupIds: readonly number[];
  /** The user's own, without those of the groups. */
  readonly permissions: readonly string[];
  readonly createdAt: Instant;
  readonly lastSignInAt: Instant | null;
  readonly version: number;
}

/** What of a user somebody edits. */
export type UserDraft = Pick<
  User,
  "username" | "displayName" | "email" | "active" | "superuser" | "groupIds" | "permissions"
>;

/** Who may sign in with which password. */
export interface Credentials {
  readonly userId: number;
  readonly active: boolean;
  /** Null: no password was set, so none fits. */
  readonly passwordHash: string | null;
}

/** A user as a request sees it: what it may do, groups included. */
export interface StoredIdentity {
  readonly id: number;
  readonly username: string;
  readonly displayName: string;
  readonly superuser: boolean;
  readonly active: boolean;
  readonly permissions: readonly string[];
}

export interface Group {
  readonly id: number;
  readonly name: string;
  readonly permissions: readonly string[];
  /** How many users are in it. */
  readonly users: number;
  readonly version: number;
}
export type GroupDraft = Pick<Group, "name" | "permissions">;

export interface LoginSession {
  readonly tokenHash: string;
  readonly userId: number;
  readonly csrfToken: string;
  readonly createdAt: Instant;
  readonly seenAt: Instant;
  readonly expiresAt: Instant;
}

export interface ApiToken {
  readonly id: number;
  readonly userId: number;
  readonly name: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
  /** Null: never. */
  readonly expiresAt: Instant | null;
}

/** A page of a list in ascending order of its key; `after` is the key of the last one that the reader has. */
export interface PageRequest<Key> {
  readonly after?: Key | undefined;
  readonly limit: number;
}

export interface UserStore {
  find(id: number): Promise<User | undefined>;
  /** `key` is the username as `usernameKey` makes it. */
  findIdByKey(key: string): Promise<number | undefined>;
  credentials(key: string): Promise<Credentials | undefined>;
  credentialsOf(id: number): Promise<Credentials | undefined>;
  identity(id: number): Promise<StoredIdentity | undefined>;
  /** Ordered by the username's key. */
  list(page: PageRequest<string>): Promise<readonly User[]>;
  /** Counts no further than `cap`. */
  count(cap: number): Promise<number>;
  /** Undefined when the key is taken. */
  add(
    user: UserDraft & { readonly key: string; readonly passwordHash: string | null },
    now: Instant,
  ): Promise<number | undefined>;
  /** Whether the user still had `version`; the stored one is then one more. */
  update(id: number, version: number, user: UserDraft & { readonly key: string }): Promise<boolean>;
  setPasswordHash(id: number, passwordHash: string): Promise<void>;
  setLastSignIn(id: number, at: Instant): Promise<void>;
  /** Removes the user with memberships, permissions, sessions and tokens. */
  remove(id: number): Promise<void>;
  /**
   * The active superusers' ids. Within a transaction no other transaction changes who they are until this one ends, so that two
   * administrators cannot remove each other at the same moment.
   */
  lockActiveSuperusers(): Promise<readonly number[]>;
}

export interface GroupStore {
  find(id: number): Promise<Group | undefined>;
  findIdByName(name: string): Promise<number | undefined>;
  /** Of these ids, the ones that exist. */
  existing(ids: readonly number[]): Promise<readonly number[]>;
  /** What membership in all of these groups gives. */
  permissionsOf(ids: readonly number[]): Promise<readonly string[]>;
  /** Ordered by name. */
  list(page: PageRequest<string>): Promise<readonly Group[]>;
  count(cap: number): Promise<number>;
  /** Undefined when the name is taken. */
  add(group: GroupDraft): Promise<number | undefined>;
  update(id: number, version: number, group: GroupDraft): Promise<boolean>;
  /** Removes the group with its memberships. */
  remove(id: number): Promise<void>;
}

export interface SessionStore {
  add(session: LoginSession): Promise<void>;
  find(tokenHash: string): Promise<LoginSession | undefined>;
  touch(tokenHash: string, seenAt: Instant, expiresAt: Instant): Promise<void>;
  remove(tokenHash: string): Promise<void>;
  /** Ends all of the user's sessions, but for `keep`. */
  removeOfUser(userId: number, keep?: string): Promise<void>;
  removeExpired(now: Instant): Promise<void>;
}

export interface TokenStore {
  add(token: Omit<ApiToken, "id" | "lastUsedAt"> & { readonly tokenHash: string }): Promise<number>;
  findByHash(tokenHash: string): Promise<ApiToken | undefined>;
  find(id: number): Promise<ApiToken | undefined>;
  /** Ordered by id. */
  listOfUser(userId: number, page: PageRequest<number>): Promise<readonly ApiToken[]>;
  countOfUser(userId: number, cap: number): Promise<number>;
  touch(id: number, lastUsedAt: Instant): Promise<void>;
  remove(id: number): Promise<void>;
  removeOfUser(userId: number): Promise<void>;
}

/** Counts attempts per subject in windows that begin with the first one. */
export interface AttemptStore {
  /** Counts one more, beginning a new window where the last began at or before `cutoff`. */
  take(subject: string, now: Instant, cutoff: Instant): Promise<{ readonly count: number; readonly since: Instant }>;
  find(subject: string): Promise<{ readonly count: number; readonly since: Instant } | undefined>;
  giveBack(subject: string): Promise<void>;
  forget(subject: string): Promise<void>;
  /** Drops windows that began at or before `cutoff`. */
  removeOld(cutoff: Instant): Promise<void>;
}

/** Where users, groups, sessions and tokens are kept. */
export interface AccountStore {
  readonly users: UserStore;
  readonly groups: GroupStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly attempts: AttemptStore;
  record(change: NewChange): Promise<void>;
  /** All or nothing of what `work` does with the store that it is handed. It does nothing else that waits. */
  transaction<T>(work: (store: AccountStore) => Promise<T>): Promise<T>;
}
