import { expect, test } from "vitest";
import { hashPassword, needsRehash, verifyPassword } from "./password.ts";

test("a hash is argon2id at 19 MiB and two passes, and fits its password alone", async () => {
  const hash = await hashPassword("correct-horse");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await needsRehash(hash)).toBe(false);
  expect(await verifyPassword(hash, "correct-horse")).toBe(true);
  expect(await verifyPassword(hash, "correct-horsE")).toBe(false);
});

test("the same password typed in full width fits", async () => {
  expect(await verifyPassword(await hashPassword("ｓｅｃｒｅｔ１"), "secret1")).toBe(true);
});

test("no password fits a hash that is not there or cannot be read", async () => {
  expect(await verifyPassword(null, "")).toBe(false);
  expect(await verifyPassword("not a hash", "x")).toBe(false);
});

test("a user who is not there costs as much work as one who is", async () => {
  const hash = await hashPassword("correct-horse");
  const measure = async (stored: string | null) => {
    const before = process.cpuUsage().user;
    for (let n = 0; n < 5; n += 1) await verifyPassword(stored, "wrong");
    return process.cpuUsage().user - before;
  };
  const [known, unknown] = [await measure(hash), await measure(null)];
  expect(unknown).toBeGreaterThan(known / 3);
});
