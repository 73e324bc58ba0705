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
  if (normal.length === 0) return [{ path: "/username", code: "required", detail: "is required", accepted }];
  if (normal.length > LONGEST) {
    return [{ path: "/username", code: "too_long", detail: `is longer than ${LONGEST} characters`, accepted }];
  }
  if (/^[\p{L}\p{M}\p{N}_@.+-]+$/u.test(normal)) return [];
  const [offending = ""] = /[^\p{L}\p{M}\p{N}_@.+-]/u.exec(normal) ?? [];
  const shown = offending === " " ? "a space" : JSON.stringify(offending);
  return [{ path: "/username", code: "invalid_username", detail: `contains ${shown}: use ${accepted}`, accepted }];
}
