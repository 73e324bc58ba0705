import { afterEach, beforeEach, expect, test } from "vitest";
import { SEALED } from "../../../src/task/sealed-text.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
  const worker = await admin.testCatalog.addProcess();
  const inputSchema = {
    type: "object",
    properties: { token: { type: "string", minLength: 8, secret: true }, user: { type: "string" } },
    required: ["token"],
  };
  await admin.testCatalog.announce(worker, { task: "tapp_a.use", inputSchema });
  await admin.testCatalog.announce(worker, { task: "tapp_a.other", inputSchema });
  await admin.testCatalog.announce(worker, { task: "hyoshi.shell", permission: "shell-tasks.run" });
});
afterEach(() => admin.close());

const schedules = [{ kind: "interval", every: 1, period: "hours", input: { user: "b" } }];
const draft = (token: string, task = "tapp_a.use") => ({ name: "Use", task, input: { token, user: "a" }, schedules });

test("a secret is written and never read again, and saving the form as it was read keeps it", async () => {
  const made = await root.call("POST", "/periodic-tasks", draft("open-sesame"));
  expect(made.statusCode).toBe(201);
  const { id, version, input } = made.json();
  expect(input).toEqual({ token: expect.stringContaining(SEALED), user: "a" });

  const again = await root.call("PUT", `/periodic-tasks/${id}`, { ...draft(input.token), description: "x", version });
  expect(again.json()).toMatchObject({ input, description: "x" });
  const changed = await root.call("PUT", `/periodic-tasks/${id}`, {
    ...draft("another-word"),
    version: again.json().version,
  });
  expect(changed.json().input.token).not.toBe(input.token);

  for (const path of [`/periodic-tasks/${id}`, "/changes", "/export"]) {
    const answer = await root.call("GET", path);
    expect(answer.body).not.toMatch(/open-sesame|another-word/);
  }
  const run = await root.call("POST", `/periodic-tasks/${id}/runs`, {});
  expect((await root.call("GET", `/runs/${run.json().id}`)).body).toContain(SEALED);
});

test("a secret is checked as what it is, and one of another task is asked for anew", async () => {
  const short = await root.call("POST", "/periodic-tasks", draft("short"));
  expect(short.json().errors).toMatchObject([{ path: "/input/token" }]);
  expect(short.body).not.toContain("short\\");
  const { input } = (await root.call("POST", "/periodic-tasks", draft("open-sesame"))).json();
  const other = await root.call("POST", "/periodic-tasks", { ...draft(input.token, "tapp_a.other"), name: "Other" });
  expect(other.statusCode).toBe(422);
  expect(other.json().errors).toMatchObject([{ code: "secret_unreadable" }]);
});

test("what another kind of client sent open is masked where it is read", async () => {
  const { runs } = admin.testCatalog.parts;
  const now = admin.clock.now();
  const sent = { task: "tapp_a.use", queue: "default", priority: 5, options: {}, availableAt: now, queuedAt: now };
  const payload = { args: [], kwargs: { token: "open-sesame", user: "a" } };
  await runs.add([{ ...sent, id: "foreign", payload, origin: { kind: "celery" }, wire: { from: "celery" } }]);
  const shown = (await root.call("GET", "/runs/foreign")).json();
  expect(shown.kwargs).toEqual({ token: "[secret]", user: "a" });
});

test("shell tasks ask for their own permission to be edited, sent, run again and switched on", async () => {
  await admin.addUser("editor", [
    "periodic-tasks.view",
    "periodic-tasks.edit",
    "periodic-tasks.run",
    "runs.send",
    "runs.view",
  ]);
  await admin.addUser("sheller", [
    "periodic-tasks.view",
    "periodic-tasks.edit",
    "runs.send",
    "runs.view",
    "shell-tasks.run",
  ]);
  const editor = await admin.signIn("editor");
  const sheller = await admin.signIn("sheller");
  const task = { name: "Backup", task: "hyoshi.shell", kwargs: { command: "backup" }, schedules: [], enabled: false };
  const { id, version } = (await sheller.call("POST", "/periodic-tasks", task)).json();
  const sent = await sheller.call("POST", "/runs", { task: "hyoshi.shell", kwargs: { command: "id" } });
  expect(sent.statusCode).toBe(201);
  for (const answer of [
    await editor.call("POST", "/periodic-tasks", { ...task, name: "Mine" }),
    await editor.call("PUT", `/periodic-tasks/${id}`, { ...task, version }),
    await editor.call("POST", `/periodic-tasks/${id}/runs`, {}),
    await editor.call("POST", "/runs", { task: "hyoshi.shell", kwargs: { command: "id" } }),
    await editor.call("POST", `/runs/${sent.json().id}/reruns`, {}),
  ]) {
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: "forbidden" });
  }
});
