import { afterEach, beforeEach, expect, test } from "vitest";
import { type Caller, openTestAdmin, type TestAdmin, testPassword } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
});
afterEach(() => admin.close());

const adminId = async () => (await admin.accounts.users.findByName("admin"))?.id ?? 0;
const changes = async (query = "") => (await root.call("GET", `/changes${query}`)).json().items;

test("a user is made, read, changed and removed, each with its change record", async () => {
  const group = (await root.call("POST", "/groups", { name: "On call", permissions: ["runs.view"] })).json();
  const made = await root.call("POST", "/users", {
    username: "hanako",
    displayName: "花子",
    email: "hanako@example.com",
    groupIds: [group.id],
    permissions: ["periodic-tasks.view"],
    password: testPassword,
  });
  expect(made.statusCode).toBe(201);
  const user = made.json();
  expect(user).toMatchObject({ username: "hanako", active: true, superuser: false, groupIds: [group.id], version: 1 });
  expect(JSON.stringify(user)).not.toContain("argon2");

  const caller = await admin.signIn("hanako");
  const session = (await caller.call("GET", "/session")).json();
  expect(session.permissions).toEqual(["periodic-tasks.view", "runs.view"]);

  const changed = await root.call("PUT", `/users/${user.id}`, { ...user, displayName: "Hanako", permissions: [] });
  expect(changed.json()).toMatchObject({ displayName: "Hanako", permissions: [], version: 2 });
  expect((await root.call("GET", `/users/${user.id}`)).json()).toEqual({
    ...changed.json(),
    lastSignInAt: admin.clock.now(),
  });

  expect((await root.call("DELETE", `/users/${user.id}`)).statusCode).toBe(204);
  expect((await root.call("GET", `/users/${user.id}`)).statusCode).toBe(404);
  expect((await caller.call("GET", "/session")).statusCode).toBe(401);

  const records = await changes(`?resource=user&resourceId=${user.id}`);
  expect(records.map(({ action }: { action: string }) => action)).toEqual(["deleted", "updated", "created"]);
  expect(records[1]).toMatchObject({
    by: "admin",
    label: "hanako",
    before: { displayName: "花子", permissions: ["periodic-tasks.view"] },
    after: { displayName: "Hanako", permissions: [] },
  });
  expect(JSON.stringify(records)).not.toContain(testPassword);
});

test("every fault of a user is reported at once, with its path", async () => {
  const answer = await root.call("POST", "/users", {
    username: "a b",
    email: "nowhere",
    permissions: ["runs.view", "runs.fly"],
    password: "1234",
  });
  expect(answer.statusCode).toBe(422);
  expect(answer.headers["content-type"]).toContain("application/problem+json");
  const { code, errors } = answer.json();
  expect(code).toBe("invalid");
  expect(errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual([
    "/username invalid_username",
    "/permissions/1 unknown_permission",
    "/email invalid_email",
    "/password password_too_short",
    "/password password_too_common",
    "/password password_entirely_numeric",
  ]);
  const group = await root.call("POST", "/users", { username: "ok", groupIds: [4711] });
  expect(group.json().errors).toMatchObject([{ path: "/groupIds/0", code: "unknown_group" }]);
});

test("what does not have the contract's shape is refused with the path of each field", async () => {
  const answer = await root.call("POST", "/users", { username: 7, active: "yes", groupIds: ["1"], permissions: {} });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toEqual([
    expect.objectContaining({ path: "/username", code: "wrong_type", detail: "is a whole number, expected a text" }),
    expect.objectContaining({ path: "/active", code: "wrong_type", accepted: "true or false" }),
    expect.objectContaining({ path: "/groupIds/0", code: "wrong_type" }),
    expect.objectContaining({ path: "/permissions", code: "wrong_type", accepted: "a list" }),
  ]);
  const missing = await root.call("POST", "/users", {});
  expect(missing.json().errors).toMatchObject([{ path: "/username", code: "required" }]);
  const none = await root.call("POST", "/users");
  expect(none.statusCode).toBe(422);
});

test("two users cannot have names that differ in case or width alone", async () => {
  expect((await root.call("POST", "/users", { username: "Hanako" })).statusCode).toBe(201);
  for (const username of ["hanako", "ＨＡＮＡＫＯ"]) {
    const answer = await root.call("POST", "/users", { username });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toMatchObject([{ path: "/username", code: "username_taken" }]);
  }
  const other = (await root.call("POST", "/users", { username: "taro" })).json();
  const renamed = await root.call("PUT", `/users/${other.id}`, { ...other, username: "HANAKO" });
  expect(renamed.json().errors).toMatchObject([{ path: "/username", code: "username_taken" }]);
  const recased = await root.call("PUT", `/users/${other.id}`, { ...other, username: "Taro" });
  expect(recased.json().username).toBe("Taro");
});

test("a stale save is refused and answers the user as it is", async () => {
  const user = (await root.call("POST", "/users", { username: "hanako" })).json();
  await root.call("PUT", `/users/${user.id}`, { ...user, displayName: "First" });
  const stale = await root.call("PUT", `/users/${user.id}`, { ...user, displayName: "Second" });
  expect(stale.statusCode).toBe(409);
  expect(stale.json()).toMatchObject({ code: "stale_version", current: { displayName: "First", version: 2 } });
  const { version: _, ...without } = user;
  const unversioned = await root.call("PUT", `/users/${user.id}`, without);
  expect(unversioned.statusCode).toBe(422);
  expect(unversioned.json().errors).toMatchObject([{ path: "/version", code: "required" }]);
});

test("the last active superuser can be neither removed nor deactivated nor demoted", async () => {
  const id = await adminId();
  await admin.addUser("sleeper", [], true);
  const sleeper = await admin.accounts.users.findByName("sleeper");
  await root.call("PUT", `/users/${sleeper?.id}`, { ...sleeper, active: false });
  const self = (await root.call("GET", `/users/${id}`)).json();
  for (const answer of [
    await root.call("DELETE", `/users/${id}`),
    await root.call("PUT", `/users/${id}`, { ...self, active: false }),
    await root.call("PUT", `/users/${id}`, { ...self, superuser: false }),
  ]) {
    expect(answer.statusCode).toBe(409);
    expect(answer.json().code).toBe("last_superuser");
  }
  await admin.addUser("second", [], true);
  expect((await root.call("PUT", `/users/${id}`, { ...self, superuser: false })).statusCode).toBe(200);
});

test("who is deactivated is signed out everywhere, and the tokens end", async () => {
  const id = await admin.addUser("hanako");
  const [cookie, token] = [await admin.signIn("hanako"), await admin.withToken("hanako")];
  const user = (await root.call("GET", `/users/${id}`)).json();
  const off = (await root.call("PUT", `/users/${id}`, { ...user, active: false })).json();
  for (const caller of [cookie, token]) expect((await caller.call("GET", "/session")).statusCode).toBe(401);
  await root.call("PUT", `/users/${id}`, { ...off, active: true });
  for (const caller of [cookie, token]) expect((await caller.call("GET", "/session")).statusCode).toBe(401);
  expect((await (await admin.signIn("hanako")).call("GET", "/session")).statusCode).toBe(200);
});

test("a user changes the own password; the other sessions end and this one goes on", async () => {
  await admin.addUser("hanako");
  const [here, elsewhere] = [await admin.signIn("hanako"), await admin.signIn("hanako")];
  const wrong = await here.call("PUT", "/me/password", { currentPassword: "nope", newPassword: "another-long-one" });
  expect(wrong.statusCode).toBe(422);
  expect(wrong.json().errors).toMatchObject([{ path: "/currentPassword", code: "wrong_password" }]);
  const weak = await here.call("PUT", "/me/password", { currentPassword: testPassword, newPassword: "hanako1" });
  expect(weak.json().errors.map(({ code }: { code: string }) => code)).toEqual([
    "password_too_similar",
    "password_too_short",
  ]);
  const changed = await here.call("PUT", "/me/password", {
    currentPassword: testPassword,
    newPassword: "another-long-one",
  });
  expect(changed.statusCode).toBe(204);
  expect((await here.call("GET", "/session")).statusCode).toBe(200);
  expect((await elsewhere.call("GET", "/session")).statusCode).toBe(401);
  const old = await admin.nobody.call("POST", "/session", { username: "hanako", password: testPassword });
  expect(old.statusCode).toBe(401);
  const fresh = await admin.nobody.call("POST", "/session", { username: "hanako", password: "another-long-one" });
  expect(fresh.statusCode).toBe(200);
  expect((await changes("?resource=user"))[0]).toMatchObject({
    action: "password",
    by: "hanako",
    before: null,
    after: null,
  });
});

test("guessing the current password in somebody's open session is limited", async () => {
  await admin.addUser("hanako");
  const caller = await admin.signIn("hanako");
  const guess = { currentPassword: "guess", newPassword: "another-long-one" };
  for (let n = 0; n < 5; n += 1) expect((await caller.call("PUT", "/me/password", guess)).statusCode).toBe(422);
  expect((await caller.call("PUT", "/me/password", guess)).statusCode).toBe(429);
});

test("an administrator sets a password; all of the user's sessions end", async () => {
  const id = await admin.addUser("hanako");
  const session = await admin.signIn("hanako");
  const weak = await root.call("PUT", `/users/${id}/password`, { newPassword: "12345678" });
  expect(weak.json().errors).toMatchObject([
    { path: "/newPassword", code: "password_too_common" },
    { path: "/newPassword", code: "password_entirely_numeric" },
  ]);
  expect((await root.call("PUT", `/users/${id}/password`, { newPassword: "another-long-one" })).statusCode).toBe(204);
  expect((await session.call("GET", "/session")).statusCode).toBe(401);
  const fresh = await admin.nobody.call("POST", "/session", { username: "hanako", password: "another-long-one" });
  expect(fresh.statusCode).toBe(200);
});

test("who manages users can give and handle no more than they may themselves", async () => {
  await admin.addUser("manager", ["users.manage", "runs.view"]);
  const powerful = await admin.addUser("powerful", ["runs.terminate"]);
  const manager = await admin.signIn("manager");
  const id = await adminId();
  const strong = (await root.call("POST", "/groups", { name: "Strong", permissions: ["periodic-tasks.edit"] })).json();
  const user = (await root.call("GET", `/users/${powerful}`)).json();
  for (const answer of [
    await manager.call("POST", "/users", { username: "x", superuser: true }),
    await manager.call("POST", "/users", { username: "x", permissions: ["periodic-tasks.edit"] }),
    await manager.call("POST", "/users", { username: "x", groupIds: [strong.id] }),
    await manager.call("POST", "/groups", { name: "x", permissions: ["periodic-tasks.edit"] }),
    await manager.call("PUT", `/users/${powerful}/password`, { newPassword: "another-long-one" }),
    await manager.call("PUT", `/users/${powerful}`, { ...user, email: "me@example.com" }),
    await manager.call("PUT", `/users/${id}/password`, { newPassword: "another-long-one" }),
    await manager.call("DELETE", `/users/${id}`),
  ]) {
    expect(answer.statusCode).toBe(403);
    expect(answer.json().code).toBe("forbidden");
  }
  const fine = await manager.call("POST", "/users", { username: "x", permissions: ["runs.view"] });
  expect(fine.statusCode).toBe(201);
});

test("users and groups are read page by page, in the order of their names", async () => {
  for (const name of ["delta", "Alpha", "charlie", "bravo"]) await root.call("POST", "/users", { username: name });
  const names: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const path: string = `/users?limit=2&count=true${next === "" ? "" : `&after=${next}`}`;
    const answer = (await root.call("GET", path)).json();
    expect(answer.count).toEqual({ value: 5, capped: false });
    names.push(...answer.items.map(({ username }: { username: string }) => username));
    next = answer.next;
  }
  expect(names).toEqual(["admin", "Alpha", "bravo", "charlie", "delta"]);

  for (const name of ["b", "a", "c"]) await root.call("POST", "/groups", { name });
  const first = (await root.call("GET", "/groups?limit=2")).json();
  expect(first.items.map(({ name }: { name: string }) => name)).toEqual(["a", "b"]);
  const second = (await root.call("GET", `/groups?limit=2&after=${first.next}`)).json();
  expect(second).toMatchObject({ items: [{ name: "c" }], next: null });
});

test("a group is made, changed and removed; its users gain and lose what it gives", async () => {
  const group = (await root.call("POST", "/groups", { name: "On call", permissions: ["runs.view"] })).json();
  await root.call("POST", "/users", { username: "hanako", password: testPassword, groupIds: [group.id] });
  const caller = await admin.signIn("hanako");
  const held = async () => (await caller.call("GET", "/session")).json().permissions;
  expect(await held()).toEqual(["runs.view"]);
  const changed = (
    await root.call("PUT", `/groups/${group.id}`, { ...group, permissions: ["runs.view", "runs.cancel"] })
  ).json();
  expect(changed).toMatchObject({ users: 1, version: 2 });
  expect(await held()).toEqual(["runs.cancel", "runs.view"]);
  const stale = await root.call("PUT", `/groups/${group.id}`, { ...group, name: "Late" });
  expect(stale.json()).toMatchObject({ code: "stale_version", current: { version: 2 } });
  const taken = await root.call("POST", "/groups", { name: "On call" });
  expect(taken.json().errors).toMatchObject([{ path: "/name", code: "name_taken" }]);
  expect((await root.call("DELETE", `/groups/${group.id}`)).statusCode).toBe(204);
  expect(await held()).toEqual([]);
  expect((await root.call("GET", `/groups/${group.id}`)).statusCode).toBe(404);
  expect((await changes("?resource=group")).map(({ action }: { action: string }) => action)).toEqual([
    "deleted",
    "updated",
    "created",
  ]);
});

test("permissions are listed with labels in both languages", async () => {
  const { items, next } = (await root.call("GET", "/permissions")).json();
  expect(next).toBeNull();
  for (const { code, label } of items) {
    expect(label.en).not.toBe(code);
    expect(label.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  }
});

test("changes are read page by page, the newest first", async () => {
  for (const name of ["a", "b", "c", "d"]) await root.call("POST", "/groups", { name });
  const first = (await root.call("GET", "/changes?resource=group&limit=3&count=true")).json();
  expect(first.items.map(({ label }: { label: string }) => label)).toEqual(["d", "c", "b"]);
  expect(first.count).toEqual({ value: 4, capped: false });
  const second = (await root.call("GET", `/changes?resource=group&limit=3&after=${first.next}`)).json();
  expect(second).toMatchObject({ items: [{ label: "a" }], next: null });
});
