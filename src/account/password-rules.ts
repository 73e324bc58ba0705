import type { Bilingual } from "../base/bilingual.ts";
import { atLeastCharacters } from "../base/fault-words.ts";
import { commonPasswords } from "./common-passwords.ts";

export const SHORTEST_PASSWORD = 8;
const MOST_SIMILAR = 0.7;

/** A rule that a password breaks. */
export interface BrokenRule {
  readonly code: "password_too_similar" | "password_too_short" | "password_too_common" | "password_entirely_numeric";
  readonly detail: string;
  readonly accepted: string;
  readonly text: Bilingual;
}

/** What belongs to the user and so may not be the password, by what it is called. */
export interface PersonalWords {
  readonly username: string;
  readonly displayName: string;
  readonly email: string;
}

const attributeNames = [
  ["username", "user name", "ユーザー名"],
  ["displayName", "name", "名前"],
  ["email", "email address", "メールアドレス"],
] as const;

/** Every rule that the password breaks, in a fixed order; none when it may be used. */
export function brokenRules(password: string, personal: PersonalWords): readonly BrokenRule[] {
  const rules: BrokenRule[] = [];
  const plain = password.normalize("NFKC").trim().toLowerCase();
  const similar = attributeNames.find(([key]) => isSimilar(plain, personal[key]));
  if (similar !== undefined) {
    rules.push({
      code: "password_too_similar",
      detail: `is too similar to the ${similar[1]}`,
      accepted: "a password that does not come from the user's own name or address",
      text: { en: `Too similar to the ${similar[1]}`, ja: `${similar[2]}に似すぎています` },
    });
  }
  if ([...password].length < SHORTEST_PASSWORD) {
    rules.push({
      code: "password_too_short",
      detail: `is too short: it has ${[...password].length} of at least ${SHORTEST_PASSWORD} characters`,
      accepted: `at least ${SHORTEST_PASSWORD} characters`,
      text: atLeastCharacters(SHORTEST_PASSWORD),
    });
  }
  if (commonPasswords.has(plain)) {
    rules.push({
      code: "password_too_common",
      detail: "is one of the passwords that are tried first",
      accepted: "a password that is not commonly used",
      text: {
        en: "One of the passwords that are tried first: choose a rarer one",
        ja: "よく使われるパスワードです。ほかのものにしてください",
      },
    });
  }
  if (/^\p{Nd}+$/u.test(plain)) {
    rules.push({
      code: "password_entirely_numeric",
      detail: "consists of digits alone",
      accepted: "a password with other characters than digits",
      text: { en: "Digits alone are too easy to guess", ja: "数字だけのパスワードは使えません" },
    });
  }
  return rules;
}

/** Whether the password shares most of its characters with the attribute or with one of the words in it. */
function isSimilar(password: string, attribute: string): boolean {
  const whole = attribute.normalize("NFKC").toLowerCase();
  return [...whole.split(/[^\p{L}\p{M}\p{N}_]+/u), whole].some((part) => {
    if (part === "") return false;
    // A long password that merely contains a short word is not similar to it.
    if (password.length >= 10 * part.length && part.length < (MOST_SIMILAR / 2) * password.length) return false;
    return sharedFraction(password, part) >= MOST_SIMILAR;
  });
}

/** How many of the characters of both are found in both, in any order, from 0 to 1. */
function sharedFraction(a: string, b: string): number {
  const left = new Map<string, number>();
  for (const character of b) left.set(character, (left.get(character) ?? 0) + 1);
  let shared = 0;
  for (const character of a) {
    const n = left.get(character) ?? 0;
    if (n === 0) continue;
    shared += 1;
    left.set(character, n - 1);
  }
  const total = [...a].length + [...b].length;
  return total === 0 ? 0 : (2 * shared) / total;
}
