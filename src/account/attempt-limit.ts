import type { Clock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { AccountStore } from "./account-store.ts";

export const ATTEMPT_WINDOW_MS = 15 * 60_000;
/** Wrong passwords for one name from one address. */
export const ATTEMPTS_PER_NAME = 5;
/** Wrong passwords from one address, whatever the names. */
export const ATTEMPTS_PER_ADDRESS = 50;

export interface AttemptSubject {
  readonly subject: string;
  readonly limit: number;
}

/**
 * Limits how often passwords can be tried. An attempt is counted before the password is looked at and given back when it was
 * right, so that many at once gain nothing.
 */
export class AttemptLimit {
  readonly #store: AccountStore;
  readonly #clock: Clock;

  constructor(store: AccountStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Throws `too_many_attempts`, with `retryAfterMs` among its fields, when one of the subjects has used up its attempts. */
  async take(subjects: readonly AttemptSubject[]): Promise<void> {
    const now = this.#clock.now();
    const cutoff = now - ATTEMPT_WINDOW_MS;
    for (const { subject, limit } of subjects) {
      const window = await this.#store.attempts.find(subject);
      if (window !== undefined && window.count >= limit && window.since > cutoff) throw tooMany(window.since, now);
    }
    await this.#store.transaction(async (store) => {
      await store.attempts.removeOld(cutoff);
      for (const { subject, limit } of subjects) {
        const window = await store.attempts.take(subject, now, cutoff);
        if (window.count > limit) throw tooMany(window.since, now);
      }
    });
  }
}

function tooMany(since: number, now: number): HyoshiError {
  const retryAfterMs = Math.max(since + ATTEMPT_WINDOW_MS - now, 1_000);
  const minutes = Math.ceil(retryAfterMs / 60_000);
  return new HyoshiError("too_many_attempts", `too many attempts with a wrong password: try again in ${minutes} min`, {
    fields: {
      retryAfterMs,
      text: {
        en: `Too many attempts with a wrong password. Try again in ${minutes} min.`,
        ja: `パスワードの誤りが続いています。${minutes} 分後にもう一度お試しください。`,
      },
    },
  });
}
