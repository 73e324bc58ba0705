import { isIP } from "node:net";
import type { Clock, Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Random } from "../base/random.ts";
import type { AccountStore, LoginSession, StoredIdentity } from "./account-store.ts";
import { ATTEMPTS_PER_ADDRESS, ATTEMPTS_PER_NAME, AttemptLimit } from "./attempt-limit.ts";
import { hashPassword, needsRehash, verifyPassword } from "./password.ts";
import type { Actor } from "./permission.ts";
import { newSecret, tokenHash } from "./token.ts";
import { usernameKey } from "./username.ts";

/** A user as requests see it. A superuser holds every permission. */
export interface Identity extends Actor {
  readonly userId: number;
  readonly displayName: string;
}

export interface SignInRequest {
  readonly username: string;
  readonly password: string;
  /** Where it comes from, to limit attempts. */
  readonly address: string;
}

export interface SignedIn {
  /** The session's secret, for the cookie; it is kept nowhere else. */
  readonly token: string;
  readonly csrfToken: string;
  /** When it ends however much it is used: how long a browser may keep the cookie. */
  readonly longestUntil: Instant;
  readonly identity: Identity;
}

export interface LiveSession extends LoginSession {
  readonly identity: Identity;
}

export interface SessionLimits {
  /** A session that was not used for so long ends. */
  readonly idleMs: number;
  /** A session ends so long after it began, however much it is used. */
  readonly longestMs: number;
}

/** How stale `seen_at` may be: a write at each request would cost more than it tells. */
const TOUCH_EVERY_MS = 60_000;

export class LoginSessions {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #limits: SessionLimits;
  readonly #attempts: AttemptLimit;

  constructor(store: AccountStore, clock: Clock, random: Random, limits: SessionLimits) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
    this.#attempts = new AttemptLimit(store, clock);
  }

  /**
   * Begins a session. Throws `wrong_credentials` alike for an unknown name, a wrong password and a user who is not active, after
   * the same work; `too_many_attempts` when the name or the address has used up its attempts.
   */
  async signIn({ username, password, address }: SignInRequest): Promise<SignedIn> {
    const key = usernameKey(username);
    const network = networkOf(address);
    const byName = `sign-in ${key} ${network}`;
    const byAddress = `sign-in * ${network}`;
    await this.#attempts.take([
      { subject: byName, limit: ATTEMPTS_PER_NAME },
      { subject: byAddress, limit: ATTEMPTS_PER_ADDRESS },
    ]);
    const credentials = await this.#store.users.credentials(key);
    const stored = credentials?.active === true ? credentials.passwordHash : null;
    const fits = await verifyPassword(stored, password);
    if (credentials === undefined || stored === null || !fits) throw wrongCredentials();
    const rehashed = (await needsRehash(stored)) ? await hashPassword(password) : undefined;

    const token = newSecret(this.#random);
    const csrfToken = newSecret(this.#random);
    const now = this.#clock.now();
    const expiresAt = this.#expiry(now, now);
    return this.#store.transaction(async (store) => {
      // Read again: an administrator may have come between the check and this.
      const [identity, current] = [
        await store.users.identity(credentials.userId),
        await store.users.credentialsOf(credentials.userId),
      ];
      if (identity?.active !== true || current?.passwordHash !== stored) throw wrongCredentials();
      await store.attempts.forget(byName);
      await store.attempts.giveBack(byAddress);
      await store.sessions.removeExpired(now);
      if (rehashed !== undefined) await store.users.setPasswordHash(identity.id, rehashed);
      await store.users.setLastSignIn(identity.id, now);
      await store.sessions.add({
        tokenHash: tokenHash(token),
        userId: identity.id,
        csrfToken,
        createdAt: now,
        seenAt: now,
        expiresAt,
      });
      return { token, csrfToken, longestUntil: now + this.#limits.longestMs, identity: identityOf(identity) };
    });
  }

  /** The session of the cookie's secret while it lasts and its user is active. */
  async identify(token: string): Promise<LiveSession | undefined> {
    const session = await this.#store.sessions.find(tokenHash(token));
    const now = this.#clock.now();
    if (session === undefined || session.expiresAt <= now) return undefined;
    const identity = await this.#store.users.identity(session.userId);
    if (identity?.active !== true) return undefined;
    return { ...session, identity: identityOf(identity) };
  }

  /** Notes that the session is in use, at most once a minute. */
  async touch(session: LoginSession): Promise<void> {
    const now = this.#clock.now();
    if (session.seenAt > now - TOUCH_EVERY_MS) return;
    await this.#store.sessions.touch(session.tokenHash, now, this.#expiry(session.createdAt, now));
  }

  async signOut(sessionHash: string): Promise<void> {
    await this.#store.sessions.remove(sessionHash);
  }

  #expiry(createdAt: Instant, seenAt: Instant): Instant {
    return Math.min(seenAt + this.#limits.idleMs, createdAt + this.#limits.longestMs);
  }
}

export function identityOf(stored: StoredIdentity): Identity {
  return {
    userId: stored.id,
    name: stored.username,
    displayName: stored.displayName,
    superuser: stored.superuser,
    permissions: new Set(stored.permissions),
  };
}

function wrongCredentials(): HyoshiError {
  return new HyoshiError("wrong_credentials", "the user name or the password is wrong");
}

/** One customer has a whole /64 of IPv6 addresses, so attempts are counted by it. */
function networkOf(address: string): string {
  if (isIP(address) !== 6 || address.startsWith("::ffff:")) return address;
  const [head = ""] = address.split("%");
  const [left = "", right] = head.split("::");
  const leading = left === "" ? [] : left.split(":");
  const trailing = right === undefined || right === "" ? [] : right.split(":");
  const zeros = right === undefined ? [] : Array.from({ length: 8 - leading.length - trailing.length }, () => "0");
  return `${[...leading, ...zeros, ...trailing].slice(0, 4).join(":")}::/64`;
}
