import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestAdmin, type TestAdmin, testPassword } from "../../support/admin.ts";

let admin: TestAdmin;
beforeAll(async () => {
  admin = await openTestAdmin();
});
afterAll(() => admin.close());

test("a sign-in answers who it is, the permissions and a CSRF token", async () => {
  const answer = await admin.nobody.call("POST", "/session", { username: "ADMIN", password: testPassword });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    user: { username: "admin", superuser: true },
    settings: { timeZone: "Asia/Tokyo" },
  });
  expect(answer.json().permissions).toContain("users.manage");
});
