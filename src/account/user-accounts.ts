import type { Clock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { type FieldError, invalid, pointer } from "../base/field-error.ts";
import type { AccountStore, PageRequest, User, UserDraft } from "./account-store.ts";
import { noUser } from "./api-tokens.ts";
import { ATTEMPTS_PER_NAME, AttemptLimit } from "./attempt-limit.ts";
import { checkPermissions, type KnownPermissions, staleVersion, versionFault } from "./draft-checks.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { brokenRules, type PersonalWords } from "./password-rules.ts";
import { type Actor, beyond } from "./permission.ts";
import { checkUsername, normalizeUsername, usernameKey } from "./username.ts";

export interface OwnPasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The session that asks, which goes on while the others end. */
  readonly keepSession?: string | undefined;
}

/** People who sign in. */
export class UserAccounts {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #known: KnownPermissions;
  readonly #attempts: AttemptLimit;

  constructor(store: AccountStore, clock: Clock, known: KnownPermissions) {
    this.#store = store;
    this.#clock = clock;
    this.#known = known;
    this.#attempts = new AttemptLimit(store, clock);
  }

  async get(id: number): Promise<User> {
    return present(await this.#store.users.find(id), id);
  }

  async findByName(username: string): Promise<User | undefined> {
    const id = await this.#store.users.findIdByKey(usernameKey(username));
    return id === undefined ? undefined : this.#store.users.find(id);
  }

  list(page: PageRequest<string>): Promise<readonly User[]> {
    return this.#store.users.list(page);
  }

  count(cap: number): Promise<number> {
    return this.#store.users.count(cap);
  }

  /** Makes a user. Without a password nobody can sign in as the user until one is set. Reports every fault at once. */
  async create(input: UserDraft & { readonly password?: string | undefined }, by: Actor): Promise<User> {
    const draft = normalizedDraft(input);
    const faults = this.#faults(draft, []);
    if (input.password !== undefined) faults.push(...passwordFaults("/password", input.password, draft));
    if (faults.length > 0) throw invalid(faults);
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
    const now = this.#clock.now();
    return this.#store.transaction(async (store) => {
      await this.#mayHandle(store, by, draft);
      const key = usernameKey(draft.username);
      const id = await store.users.add({ ...withoutRepeats(draft), key, passwordHash }, now);
      if (id === undefined) throw usernameTaken(draft.username);
      await record(store, now, by, id, draft.username, "created", undefined, draft);
      return present(await store.users.find(id), id);
    });
  }

  /**
   * Changes everything of the user but the password. Who is no longer active is signed out everywhere and loses the tokens.
   * Throws `stale_version` with the user as it is, and `last_superuser` where nobody would be left to administrate.
   */
  async update(id: number, version: number | undefined, input: UserDraft, by: Actor): Promise<User> {
    if (version === undefined) throw invalid([versionFault]);
    const draft = normalizedDraft(input);
    const now = this.#clock.now();
    return this.#store.transaction(async (store) => {
      const before = present(await store.users.find(id), id);
      await this.#mayHandle(store, by, before);
      await this.#mayHandle(store, by, draft);
      if (before.version !== version) throw staleVersion(`user '${before.username}'`, before);
      const faults = this.#faults(draft, before.permissions, before.username);
      const key = usernameKey(draft.username);
      const namesake = await store.users.findIdByKey(key);
      if (faults.length > 0) throw invalid(faults);
      if (namesake !== undefined && namesake !== id) throw usernameTaken(draft.username);
      if (before.superuser && before.active && !(draft.superuser && draft.active)) await notTheLast(store, before);
      if (!(await store.users.update(id, version, { ...withoutRepeats(draft), key }))) {
        throw staleVersion(`user '${before.username}'`, before);
      }
      if (!draft.active) {
        await store.sessions.removeOfUser(id);
        await store.tokens.removeOfUser(id);
      }
      await record(store, now, by, id, draft.username, "updated", before, draft);
      return present(await store.users.find(id), id);
    });
  }

  /** Removes the user with sessions and tokens. Throws `last_superuser` where nobody would be left to administrate. */
  async remove(id: number, by: Actor): Promise<void> {
    const now = this.#clock.now();
    await this.#store.transaction(async (store) => {
      const before = present(await store.users.find(id), id);
      await this.#mayHandle(store, by, before);
      if (before.superuser && before.active) await notTheLast(store, before);
      await store.users.remove(id);
      await record(store, now, by, id, before.username, "deleted", before, undefined);
    });
  }

  /** An administrator sets a password: every session of the user ends. */
  async setPassword(id: number, newPassword: string, by: Actor): Promise<void> {
    const user = await this.get(id);
    // Before the rules are looked at: they tell something about the user.
    await this.#mayHandle(this.#store, by, user);
    const faults = passwordFaults("/newPassword", newPassword, user);
    if (faults.length > 0) throw invalid(faults);
    const passwordHash = await hashPassword(newPassword);
    await this.#store.transaction(async (store) => {
      const current = present(await store.users.find(id), id);
      await this.#mayHandle(store, by, current);
      await store.users.setPasswordHash(id, passwordHash);
      await store.sessions.removeOfUser(id);
      await record(store, this.#clock.now(), by, id, current.username, "password", undefined, undefined);
    });
  }

  /** A user changes the own password: the user's other sessions end. Wrong current passwords are limited as sign-ins are. */
  async changeOwnPassword(id: number, change: OwnPasswordChange, by: Actor): Promise<void> {
    const user = await this.get(id);
    const subject = `password ${id}`;
    await this.#attempts.take([{ subject, limit: ATTEMPTS_PER_NAME }]);
    const stored = (await this.#store.users.credentialsOf(id))?.passwordHash ?? null;
    if (!(await verifyPassword(stored, change.currentPassword))) {
      const text = { en: "Not the present password", ja: "現在のパスワードが違います" };
      const detail = "is not the current password";
      throw invalid([{ path: "/currentPassword", code: "wrong_password", detail, text }]);
    }
    await this.#store.attempts.forget(subject);
    const faults = passwordFaults("/newPassword", change.newPassword, user);
    if (faults.length > 0) throw invalid(faults);
    const passwordHash = await hashPassword(change.newPassword);
    await this.#store.transaction(async (store) => {
      const current = await store.users.credentialsOf(id);
      // An administrator may have set another one while the hash was made; that one stands.
      if (current?.passwordHash !== stored || !current?.active) {
        throw new HyoshiError("stale_version", "the password was changed in the meantime by somebody else");
      }
      await store.users.setPasswordHash(id, passwordHash);
      await store.sessions.removeOfUser(id, change.keepSession);
      await record(store, this.#clock.now(), by, id, user.username, "password", undefined, undefined);
    });
  }

  #faults(draft: UserDraft, had: readonly string[], oldName?: string): FieldError[] {
    const faults = checkPermissions(draft.permissions, had, this.#known());
    // A name from before a stricter rule may stay.
    if (draft.username !== oldName) faults.unshift(...checkUsername(draft.username));
    if (draft.email !== "" && !/^[^\s@]+@[^\s@]+$/u.test(draft.email)) {
      faults.push({
        path: "/email",
        code: "invalid_email",
        detail: `'${draft.email}' is not an email address`,
        accepted: "name@domain, or nothing",
        text: { en: "Not an email address", ja: "メールアドレスの形になっていません" },
      });
    }
    return faults;
  }

  /** Nobody handles an account that may do more than the own one: setting its password would give what it may do. */
  async #mayHandle(
    store: AccountStore,
    by: Actor,
    user: Pick<User, "superuser" | "permissions" | "groupIds">,
  ): Promise<void> {
    const existing = await store.groups.existing(user.groupIds);
    const faults = user.groupIds.flatMap((id, index) =>
      existing.includes(id)
        ? []
        : [
            {
              path: pointer("/groupIds", index),
              code: "unknown_group",
              detail: `there is no group ${id}`,
              text: { en: `There is no group ${id}`, ja: `グループ ${id} はありません` },
            },
          ],
    );
    if (faults.length > 0) throw invalid(faults);
    if (by.superuser) return;
    if (user.superuser) {
      const text = {
        en: "Only a superuser may make, change or remove a superuser.",
        ja: "スーパーユーザーを作成・変更・削除できるのは、スーパーユーザーだけです。",
      };
      throw new HyoshiError("forbidden", "only a superuser may make, change or remove a superuser", {
        fields: { text },
      });
    }
    const missing = beyond(by, [...user.permissions, ...(await store.groups.permissionsOf(user.groupIds))]);
    if (missing.length === 0) return;
    throw new HyoshiError(
      "forbidden",
      `an account that may do more than the own one is out of reach: it holds '${missing.join("', '")}'`,
      {
        fields: {
          text: {
            en: `This account may do what yours may not (${missing.join(", ")}), so you cannot change it.`,
            ja: `自分にない権限（${missing.join("、")}）を持つアカウントは変更できません。`,
          },
        },
      },
    );
  }
}

function normalizedDraft(input: UserDraft): UserDraft {
  return {
    username: normalizeUsername(input.username),
    displayName: input.displayName.trim(),
    email: input.email.trim(),
    active: input.active,
    superuser: input.superuser,
    // In the order given, so that a fault's path points at what was sent.
    groupIds: input.groupIds,
    permissions: input.permissions,
  };
}

const withoutRepeats = (draft: UserDraft): UserDraft => ({
  ...draft,
  groupIds: [...new Set(draft.groupIds)].sort((a, b) => a - b),
  permissions: [...new Set(draft.permissions)].sort(),
});

function passwordFaults(path: string, password: string, personal: PersonalWords): FieldError[] {
  return brokenRules(password, personal).map((rule) => ({ path, ...rule }));
}

async function notTheLast(store: AccountStore, user: User): Promise<void> {
  const others = (await store.users.lockActiveSuperusers()).filter((id) => id !== user.id);
  if (others.length > 0) return;
  throw new HyoshiError(
    "last_superuser",
    `'${user.username}' is the last active superuser: make another one first, or nobody could administrate`,
    {
      fields: {
        text: {
          en: `“${user.username}” is the last active superuser. Make another one first.`,
          ja: `「${user.username}」は最後の有効なスーパーユーザーです。先にほかのスーパーユーザーを用意してください。`,
        },
      },
    },
  );
}

function record(
  store: AccountStore,
  at: number,
  by: Actor,
  id: number,
  label: string,
  action: string,
  before: UserDraft | undefined,
  after: UserDraft | undefined,
): Promise<void> {
  const resourceId = String(id);
  const shown = (user: UserDraft | undefined) =>
    user === undefined ? null : { ...withoutRepeats(normalizedDraft(user)) };
  return store.record({
    at,
    by: by.name,
    resource: "user",
    resourceId,
    label,
    action,
    before: shown(before),
    after: shown(after),
  });
}

function present(user: User | undefined, id: number): User {
  if (user === undefined) throw noUser(id);
  return user;
}

function usernameTaken(username: string): HyoshiError {
  return invalid([
    {
      path: "/username",
      code: "username_taken",
      detail: `another user is called '${username}' (upper and lower case count as the same)`,
      text: {
        en: "Another user has this name (upper and lower case count as the same)",
        ja: "このユーザー名はすでに使われています（大文字と小文字は区別しません）",
      },
    },
  ]);
}
