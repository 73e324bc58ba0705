import { atMostCharacters, faultWords } from "../base/fault-words.ts";
import type { FieldError } from "../base/field-error.ts";

const LONGEST = 150;

/** The username as it is kept: names that look alike in another width or composition become one. */
export const normalizeUsername = (username: string): string => username.normalize("NFKC");

/** Equal for usernames that differ in case alone; unique among users. */
export const usernameKey = (username: string): string =>
  normalizeUsername(username).toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");

/** What is wrong with a username, if anything. */
export function checkUsername(username: string): readonly FieldError[] {
  const accepted = `1 to ${LONGEST} letters and digits of any script, and @ . + - _`;
  const normal = normalizeUsername(username);
  if (normal.length === 0) {
    return [{ path: "/username", code: "required", detail: "is required", accepted, text: faultWords.required }];
  }
  if (normal.length > LONGEST) {
    const detail = `is longer than ${LONGEST} characters`;
    return [{ path: "/username", code: "too_long", detail, accepted, text: atMostCharacters(LONGEST) }];
  }
  if (/^[\p{L}\p{M}\p{N}_@.+-]+$/u.test(normal)) return [];
  const [offending = ""] = /[^\p{L}\p{M}\p{N}_@.+-]/u.exec(normal) ?? [];
  const shown = offending === " " ? "a space" : JSON.stringify(offending);
  const text = {
    en: `Contains ${shown}: letters, digits and @ . + - _ can be used`,
    ja: `${offending === " " ? "空白" : `「${offending}」`}は使えません。文字・数字と @ . + - _ が使えます`,
  };
  const detail = `contains ${shown}: use ${accepted}`;
  return [{ path: "/username", code: "invalid_username", detail, accepted, text }];
}
