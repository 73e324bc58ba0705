import { expect, test } from "vitest";
import { commonPasswords } from "./common-passwords.ts";
import { brokenRules } from "./password-rules.ts";

const nobody = { username: "", displayName: "", email: "" };
const codes = (password: string, personal = {}) =>
  brokenRules(password, { ...nobody, ...personal }).map(({ code }) => code);

test("a long and unusual password breaks no rule", () => {
  expect(codes("correct-horse-battery", { username: "yamada", email: "yamada@example.com" })).toEqual([]);
});

test("every broken rule is reported at once", () => {
  expect(codes("1234")).toEqual(["password_too_short", "password_too_common", "password_entirely_numeric"]);
  expect(codes("Hanako", { username: "hanako" })).toEqual(["password_too_similar", "password_too_short"]);
});

test("a password made of the user's name, display name or address is too similar", () => {
  expect(codes("takahashi1", { username: "takahashi" })).toEqual(["password_too_similar"]);
  expect(codes("Wonderland9", { displayName: "Alice Wonderland" })).toEqual(["password_too_similar"]);
  expect(codes("ihsahakat", { username: "takahashi" })).toEqual(["password_too_similar"]);
  expect(codes("robotics77", { email: "robotics@example.com" })).toEqual(["password_too_similar"]);
});

test("a long password may contain a short name", () => {
  expect(codes("ann walks over seven green bridges", { username: "ann" })).toEqual([]);
});

test("common passwords are found in any case and width, with spaces around them", () => {
  expect(codes("PassWord123")).toEqual(["password_too_common"]);
  expect(codes("ｐａｓｓｗｏｒｄ１２３")).toEqual(["password_too_common"]);
  expect(codes(" iloveyou ")).toEqual(["password_too_common"]);
});

test("digits of any script alone are refused", () => {
  expect(codes("90817263541908")).toEqual(["password_entirely_numeric"]);
  expect(codes("９０８１７２６３５４")).toEqual(["password_entirely_numeric"]);
});

test("characters are counted as people count them", () => {
  expect(codes("🦀🦀🦀🦀🦀🦀🦀")).toEqual(["password_too_short"]);
  expect(codes("🦀🐙🦑🦐🐡🐠🐟🐬")).toEqual([]);
});

test("the list of common passwords is in lower case and long enough to matter", () => {
  expect(commonPasswords.size).toBeGreaterThan(900);
  expect([...commonPasswords].filter((password) => password !== password.toLowerCase())).toEqual([]);
});
