import type { Clock, Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { faultWords } from "../base/fault-words.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import type { Random } from "../base/random.ts";
import type { AccountStore, ApiToken, PageRequest } from "./account-store.ts";
import { type Identity, identityOf } from "./login-sessions.ts";
import type { Actor } from "./permission.ts";
import { newApiToken, tokenHash } from "./token.ts";

export interface TokenDraft {
  readonly name: string;
  /** Null: it lasts until it is removed. */
  readonly expiresAt: Instant | null;
}

export interface LiveToken {
  readonly token: ApiToken;
  readonly identity: Identity;
}

const TOUCH_EVERY_MS = 60_000;

/** Bearer tokens for programs. A token may do what its user may. */
export class ApiTokens {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(store: AccountStore, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
  }

  /** Makes a token for the user. `secret` is told this once and kept nowhere. */
  async create(userId: number, draft: TokenDraft, by: Actor): Promise<{ token: ApiToken; secret: string }> {
    const now = this.#clock.now();
    const name = draft.name.trim();
    const faults: FieldError[] = [];
    if (name === "") faults.push({ path: "/name", code: "required", detail: "is required", text: faultWords.required });
    if (draft.expiresAt !== null && draft.expiresAt <= now) {
      const accepted = "a time to come";
      faults.push({
        path: "/expiresAt",
        code: "in_past",
        detail: "lies in the past",
        accepted,
        text: faultWords.inPast,
      });
    }
    if (faults.length > 0) throw invalid(faults);
    const secret = newApiToken(this.#random);
    return this.#store.transaction(async (store) => {
      const user = await store.users.identity(userId);
      if (user === undefined) throw noUser(userId);
      if (!user.active) {
        throw new HyoshiError("user_inactive", `user '${user.username}' is not active and so can have no token`);
      }
      const fresh = { userId, name, createdAt: now, expiresAt: draft.expiresAt };
      const id = await store.tokens.add({ ...fresh, tokenHash: tokenHash(secret) });
      await store.record({
        at: now,
        by: by.name,
        resource: "token",
        resourceId: String(id),
        label: name,
        action: "created",
        before: null,
        after: { user: user.username, name, expiresAt: draft.expiresAt },
      });
      return { token: { ...fresh, id, lastUsedAt: null }, secret };
    });
  }

  /** The token and its user while it lasts and its user is active. */
  async identify(secret: string): Promise<LiveToken | undefined> {
    const token = await this.#store.tokens.findByHash(tokenHash(secret));
    if (token === undefined || (token.expiresAt !== null && token.expiresAt <= this.#clock.now())) return undefined;
    const identity = await this.#store.users.identity(token.userId);
    return identity?.active === true ? { token, identity: identityOf(identity) } : undefined;
  }

  /** Notes that the token is in use, at most once a minute. */
  async touch(token: ApiToken): Promise<void> {
    const now = this.#clock.now();
    if (token.lastUsedAt !== null && token.lastUsedAt > now - TOUCH_EVERY_MS) return;
    await this.#store.tokens.touch(token.id, now);
  }

  list(userId: number, page: PageRequest<number>): Promise<readonly ApiToken[]> {
    return this.#store.tokens.listOfUser(userId, page);
  }

  count(userId: number, cap: number): Promise<number> {
    return this.#store.tokens.countOfUser(userId, cap);
  }

  /** Ends a token of the user; another one's is `not_found`. */
  async remove(userId: number, id: number, by: Actor): Promise<void> {
    await this.#store.transaction(async (store) => {
      const token = await store.tokens.find(id);
      if (token === undefined || token.userId !== userId) throw new HyoshiError("not_found", `there is no token ${id}`);
      await store.tokens.remove(id);
      await store.record({
        at: this.#clock.now(),
        by: by.name,
        resource: "token",
        resourceId: String(id),
        label: token.name,
        action: "deleted",
        before: { user: by.name, name: token.name, expiresAt: token.expiresAt },
        after: null,
      });
    });
  }
}

export function noUser(id: number): HyoshiError {
  return new HyoshiError("not_found", `there is no user ${id}`);
}
