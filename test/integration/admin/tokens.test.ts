import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const HOUR_MS = 3_600_000;

let admin: TestAdmin;
beforeEach(async () => {
  admin = await openTestAdmin();
});
afterEach(() => admin.close());

const bearer = (authorization: string) => admin.nobody.call("GET", "/session", undefined, { authorization });

test("a token is told once, works without cookie and CSRF token, and ends when it is removed", async () => {
  const caller = await admin.signIn("admin");
  const made = await caller.call("POST", "/tokens", { name: "deploy" });
  expect(made.statusCode).toBe(201);
  const { token, ...view } = made.json();
  expect(token).toMatch(/^hys_[\w-]{43}$/);
  expect((await caller.call("GET", "/tokens")).json().items).toEqual([view]);

  const authorization = { authorization: `Bearer ${token}` };
  const group = await admin.nobody.call("POST", "/groups", { name: "made by a program" }, authorization);
  expect(group.statusCode).toBe(201);
  expect((await bearer(`bearer ${token}`)).json()).toMatchObject({ user: { username: "admin" }, csrfToken: "" });
  await admin.database.db.selectFrom("api_token").selectAll().execute();
  expect((await caller.call("GET", "/tokens")).json().items[0].lastUsedAt).toBe(admin.clock.now());

  expect((await caller.call("DELETE", `/tokens/${view.id}`)).statusCode).toBe(204);
  expect((await bearer(`Bearer ${token}`)).statusCode).toBe(401);
  const records = (await caller.call("GET", "/changes?resource=token")).json().items;
  expect(records.map(({ action }: { action: string }) => action)).toEqual(["deleted", "created"]);
  expect(JSON.stringify(records)).not.toContain(token);
});

test("a token expires at its time", async () => {
  const caller = await admin.signIn("admin");
  const past = await caller.call("POST", "/tokens", { name: "late", expiresAt: admin.clock.now() });
  expect(past.json().errors).toMatchObject([{ path: "/expiresAt", code: "in_past" }]);
  const made = await caller.call("POST", "/tokens", { name: "brief", expiresAt: admin.clock.now() + HOUR_MS });
  const { token } = made.json();
  admin.clock.jump(HOUR_MS - 1);
  expect((await bearer(`Bearer ${token}`)).statusCode).toBe(200);
  admin.clock.jump(1);
  const expired = await bearer(`Bearer ${token}`);
  expect(expired.statusCode).toBe(401);
  expect(expired.headers["www-authenticate"]).toContain("Bearer");
});

test("wrong, empty and strange credentials are refused, even beside a good cookie", async () => {
  const caller = await admin.signIn("admin");
  for (const authorization of [
    "Bearer hys_wrong",
    "Bearer",
    "Bearer ",
    "",
    "Basic YWRtaW46YWRtaW4=",
    "hys_x",
    "Bearer a b",
  ]) {
    expect((await bearer(authorization)).statusCode).toBe(401);
    expect((await caller.call("GET", "/session", undefined, { authorization })).statusCode).toBe(401);
  }
});

test("another user's token can be neither seen nor removed", async () => {
  await admin.addUser("hanako");
  await admin.withToken("hanako");
  const root = await admin.signIn("admin");
  expect((await root.call("GET", "/tokens?count=true")).json()).toEqual({
    items: [],
    next: null,
    count: { value: 0, capped: false },
  });
  expect((await root.call("DELETE", "/tokens/1")).statusCode).toBe(404);
});

test("a token cannot make another one, so that none outlives its end", async () => {
  const caller = await admin.withToken("admin");
  const answer = await caller.call("POST", "/tokens", { name: "child" });
  expect(answer.statusCode).toBe(403);
  expect(answer.json().code).toBe("session_needed");
});
