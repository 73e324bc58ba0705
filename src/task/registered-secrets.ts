import { HyoshiError } from "../base/error.ts";

/** Shorter ones would black out ordinary text. */
export const SHORTEST_SECRET = 4;

const place = Symbol.for("hyoshi.registeredSecrets");

/** Of the whole process, whichever copy of the library registered them. */
export function registeredSecrets(): ReadonlySet<string> {
  return own();
}

/**
 * From now on the value is masked wherever a task of this process writes it: in logs, results, errors and progress. Answers it, so that it can be wrapped
 * around where a secret is read: `registerSecret(process.env.API_TOKEN)`. Nothing happens for an empty value or undefined. Fails with `invalid_secret` for less
 * than four characters, which cannot be told from ordinary text.
 *
 * For what lives as long as the process, which never forgets it; what a run finds out is for its context's `secret`. Each worker process registers its own,
 * and what was written before stays as it is.
 */
export function registerSecret<T extends string | undefined>(value: T): T {
  if (value !== undefined && value !== "") {
    if (value.length < SHORTEST_SECRET) throw tooShort();
    own().add(value);
  }
  return value;
}

function own(): Set<string> {
  const holder = globalThis as { [place]?: Set<string> };
  holder[place] ??= new Set();
  return holder[place];
}

function tooShort(): HyoshiError {
  return new HyoshiError(
    "invalid_secret",
    `a secret of less than ${SHORTEST_SECRET} characters cannot be masked: it cannot be told from ordinary text`,
  );
}
