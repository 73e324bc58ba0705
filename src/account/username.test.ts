import { expect, test } from "vitest";
import { checkUsername, usernameKey } from "./username.ts";

test("names that differ in case, width or composition have one key", () => {
  expect(usernameKey("ADMIN")).toBe(usernameKey("admin"));
  expect(usernameKey("ａｄｍｉｎ")).toBe(usernameKey("admin"));
  expect(usernameKey("José")).toBe(usernameKey("jose\u0301"));
  expect(usernameKey("ﾔﾏﾀﾞ")).toBe(usernameKey("ヤマダ"));
  expect(usernameKey("straße")).toBe(usernameKey("STRASSE"));
});

test("letters of any script, digits and @ . + - _ make a name", () => {
  for (const name of ["yamada", "山田太郎", "a.b+c-d_e@example.com", "O7"]) expect(checkUsername(name)).toEqual([]);
});

test("other characters are refused and quoted", () => {
  expect(checkUsername("a b")[0]).toMatchObject({ path: "/username", code: "invalid_username" });
  expect(checkUsername("a b")[0]?.detail).toContain("a space");
  expect(checkUsername("a/b")[0]?.detail).toContain('"/"');
  expect(checkUsername("")[0]?.code).toBe("required");
  expect(checkUsername("x".repeat(151))[0]?.code).toBe("too_long");
  // One character that becomes eighteen.
  expect(checkUsername("\ufdfa".repeat(20))[0]?.code).toMatch(/too_long|invalid_username/);
});
