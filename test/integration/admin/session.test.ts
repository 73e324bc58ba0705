import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestAdmin, type TestAdmin, testPassword } from "../../support/admin.ts";
import { eventually } from "../../support/eventually.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let admin: TestAdmin;
beforeEach(async () => {
  admin = await openTestAdmin({ trustedProxies: ["10.0.0.0/8"] });
});
afterEach(() => admin.close());

/** The note of a session's last use is written while the answer is on its way. */
const writesDone = () =>
  eventually(async () => {
    const sessions = await admin.database.db.selectFrom("login_session").select("seen_at").execute();
    return sessions.every(({ seen_at }) => seen_at === admin.clock.now());
  });

const signIn = (username: string, password: string, remoteAddress = "203.0.113.7", headers = {}) =>
  admin.server.inject({
    method: "POST",
    url: "/api/v1/session",
    payload: { username, password },
    remoteAddress,
    headers,
  });

test("a sign-in answers who it is, the permissions and a CSRF token, and sets a cookie that scripts cannot read", async () => {
  const answer = await admin.nobody.call("POST", "/session", { username: "ADMIN", password: testPassword });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    user: { username: "admin", superuser: true },
    settings: { timeZone: "Asia/Tokyo", projectName: "test" },
  });
  expect(answer.json().permissions).toContain("users.manage");
  expect(answer.json().csrfToken).toMatch(/^[\w-]{43}$/);
  const [cookie] = answer.cookies;
  expect(cookie).toMatchObject({
    name: "hyoshi_session",
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    maxAge: 14 * 86_400,
  });
  expect(cookie?.secure).toBeUndefined();
  expect(answer.headers["cache-control"]).toBe("no-store");
});

test("the cookie is Secure behind TLS, which only a trusted proxy can tell", async () => {
  const forwarded = { "x-forwarded-proto": "https" };
  const trusted = await signIn("admin", testPassword, "10.1.2.3", forwarded);
  expect(trusted.cookies[0]?.secure).toBe(true);
  const stranger = await signIn("admin", testPassword, "203.0.113.7", forwarded);
  expect(stranger.cookies[0]?.secure).toBeUndefined();
});

test("a wrong password, an unknown name, a user without password and an inactive one are answered alike", async () => {
  const inactive = await admin.addUser("inactive");
  const user = await admin.accounts.users.get(inactive);
  const root = { name: "test", superuser: true, permissions: new Set<string>() };
  await admin.accounts.users.update(inactive, user.version, { ...user, active: false }, root);
  await admin.accounts.users.create({ ...user, username: "passwordless" }, root);
  const answers = [
    await signIn("admin", "wrong"),
    await signIn("nobody", testPassword),
    await signIn("passwordless", ""),
    await signIn("inactive", testPassword),
  ];
  for (const answer of answers) {
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({ ...answers[0]?.json(), code: "wrong_credentials" });
    expect(answer.cookies).toEqual([]);
  }
});

test("after five wrong passwords from one address even the right one is refused, until the window ends", async () => {
  for (let n = 0; n < 5; n += 1) expect((await signIn("admin", "wrong")).statusCode).toBe(401);
  admin.clock.jump(5 * MINUTE_MS);
  const refused = await signIn("Admin", testPassword);
  expect(refused.statusCode).toBe(429);
  expect(refused.json().code).toBe("too_many_attempts");
  expect(refused.headers["retry-after"]).toBe("600");
  expect((await signIn("admin", testPassword, "203.0.113.8")).statusCode).toBe(200);
  admin.clock.jump(10 * MINUTE_MS + 1);
  expect((await signIn("admin", testPassword)).statusCode).toBe(200);
});

test("attempts at the same moment gain nothing", async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => signIn("admin", "wrong")));
  expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
  expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(7);
});

test("a right password clears the name's failures", async () => {
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 4; n += 1) expect((await signIn("admin", "wrong")).statusCode).toBe(401);
    expect((await signIn("admin", testPassword)).statusCode).toBe(200);
  }
});

test("fifty wrong passwords for many names close the address, a whole /64 of it", async () => {
  for (let n = 0; n < 50; n += 1) {
    expect((await signIn(`user${n}`, "wrong", `2001:db8::${n + 1}`)).statusCode).toBe(401);
  }
  expect((await signIn("admin", testPassword, "2001:db8::ffff")).statusCode).toBe(429);
  expect((await signIn("admin", testPassword, "2001:db8:0:1::1")).statusCode).toBe(200);
});

test("the failures that are kept do not pile up", async () => {
  for (let n = 0; n < 4; n += 1) await signIn(`user${n}`, "wrong");
  admin.clock.jump(HOUR_MS);
  await signIn("last", "wrong");
  const rows = await admin.database.db.selectFrom("sign_in_failure").selectAll().execute();
  expect(rows).toHaveLength(2);
});

test("a session ends twelve hours after it was last used", async () => {
  const caller = await admin.signIn("admin");
  for (let n = 0; n < 3; n += 1) {
    admin.clock.jump(11 * HOUR_MS);
    expect((await caller.call("GET", "/session")).statusCode).toBe(200);
    await writesDone();
  }
  admin.clock.jump(12 * HOUR_MS);
  expect((await caller.call("GET", "/session")).statusCode).toBe(401);
});

test("a session ends fourteen days after it began, however much it is used", async () => {
  const caller = await admin.signIn("admin");
  for (let n = 0; n < 27; n += 1) {
    admin.clock.jump(12 * HOUR_MS - 1);
    expect((await caller.call("GET", "/session")).statusCode).toBe(200);
    await writesDone();
  }
  admin.clock.jump(12 * HOUR_MS);
  expect((await caller.call("GET", "/session")).statusCode).toBe(401);
});

test("signing out ends the session and clears the cookie", async () => {
  const caller = await admin.signIn("admin");
  const answer = await caller.call("DELETE", "/session");
  expect(answer.statusCode).toBe(204);
  expect(answer.cookies[0]).toMatchObject({ name: "hyoshi_session", value: "" });
  const after = await caller.call("GET", "/session");
  expect(after.statusCode).toBe(401);
  expect(after.json().code).toBe("unauthenticated");
});

test("a page that has just been loaded learns without an error whether anybody is signed in", async () => {
  expect((await admin.nobody.call("GET", "/visitor")).json()).toEqual({ session: null });
  const stale = await admin.nobody.call("GET", "/visitor", undefined, { cookie: "hyoshi_session=gone" });
  expect(stale.json()).toEqual({ session: null });
  const caller = await admin.signIn("admin");
  const { session } = (await caller.call("GET", "/visitor")).json();
  expect(session).toEqual((await caller.call("GET", "/session")).json());
  const wrong = await admin.nobody.call("GET", "/visitor", undefined, { authorization: "Bearer hyoshi_wrong" });
  expect(wrong.statusCode).toBe(401);
});

test("sessions and tokens are kept as digests", async () => {
  const answer = await signIn("admin", testPassword);
  await admin.withToken("admin");
  const sessions = await admin.database.db.selectFrom("login_session").selectAll().execute();
  const tokens = await admin.database.db.selectFrom("api_token").selectAll().execute();
  expect(sessions[0]?.token_hash).toMatch(/^[0-9a-f]{64}$/);
  expect(sessions[0]?.token_hash).not.toContain(answer.cookies[0]?.value);
  expect(tokens[0]?.token_hash).toMatch(/^[0-9a-f]{64}$/);
});

test("with the cookie alone nothing can be changed: the CSRF token has to come with it", async () => {
  const caller = await admin.signIn("admin");
  const other = await admin.signIn("admin");
  for (const token of ["", "wrong", other.headers["x-csrf-token"] ?? ""]) {
    const answer = await caller.call("POST", "/tokens", { name: "x" }, { "x-csrf-token": token });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().code).toBe("csrf_failed");
  }
  expect((await caller.call("POST", "/tokens", { name: "x" })).statusCode).toBe(201);
});

test("a page of another site can neither change anything nor sign anybody in", async () => {
  const caller = await admin.signIn("admin");
  const body = { name: "x" };
  for (const headers of [
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { "sec-fetch-site": "same-site", origin: "https://other.localhost" },
    { origin: "https://evil.example" },
    { origin: "null" },
  ]) {
    const answer = await caller.call("POST", "/tokens", body, headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.json().code).toBe("cross_site_request");
    const credentials = { username: "admin", password: testPassword };
    expect((await admin.nobody.call("POST", "/session", credentials, headers)).statusCode).toBe(403);
  }
  for (const headers of [
    { "sec-fetch-site": "same-origin" },
    { origin: "http://localhost:80" },
    { "sec-fetch-site": "none" },
  ]) {
    expect((await caller.call("POST", "/tokens", body, headers as Record<string, string>)).statusCode).not.toBe(403);
  }
});

test("a disk that cannot be written leaves reading possible", async () => {
  const caller = await admin.signIn("admin");
  admin.clock.jump(HOUR_MS);
  const original = admin.accounts.sessions.touch;
  admin.accounts.sessions.touch = () => Promise.reject(new Error("disk full"));
  expect((await caller.call("GET", "/session")).statusCode).toBe(200);
  admin.accounts.sessions.touch = original;
});
