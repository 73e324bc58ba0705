import { afterEach, beforeEach, expect, test } from "vitest";
import type { PeriodicTaskView } from "../../../src/admin/contract.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const SECOND = 1_000;
const everyTenSeconds = { kind: "interval", every: 10, period: "seconds" };
const hello = { name: "Hello", task: "tapp_a.hello", kwargs: { greeting: "hi" }, schedules: [everyTenSeconds] };

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
  const worker = await admin.testCatalog.addProcess();
  await admin.testCatalog.announce(worker, { task: "tapp_a.hello" });
});
afterEach(() => admin.close());

const make = async (body: object = hello): Promise<PeriodicTaskView> => {
  const answer = await root.call("POST", "/periodic-tasks", body);
  expect(answer.json()).toMatchObject({ name: expect.any(String) });
  expect(answer.statusCode).toBe(201);
  return answer.json();
};
const read = async (path: string) => (await root.call("GET", path)).json();

test("a periodic task is made, read, fires, and shows its runs", async () => {
  const made = await make();
  expect(made).toMatchObject({
    name: "Hello",
    task: "tapp_a.hello",
    args: [],
    kwargs: { greeting: "hi" },
    enabled: true,
    queue: "default",
    queueSetting: null,
    overlap: "allow",
    version: 1,
    warnings: [],
    strip: [],
    last: null,
  });
  expect(made.schedules[0]).toMatchObject({
    definition: everyTenSeconds,
    zone: "Asia/Tokyo",
    description: { en: "Every 10 seconds", ja: "10秒ごと" },
    error: null,
  });
  expect(made.nextAt).toBe(admin.clock.now() + 10 * SECOND);

  await admin.clock.advance(10 * SECOND);
  expect(await admin.testCatalog.fire()).toMatchObject({ sent: 1 });
  const { items } = await read(`/runs?periodicTaskId=${made.id}`);
  expect(items).toMatchObject([
    {
      task: "tapp_a.hello",
      state: "ready",
      origin: "schedule",
      periodicTask: { id: made.id, name: "Hello" },
      warnings: [],
    },
  ]);
  expect((await read(`/periodic-tasks/${made.id}`)).strip).toMatchObject([
    { kind: "run", state: "ready", runId: items[0].id },
  ]);
  expect((await read(`/firings?periodicTaskId=${made.id}`)).items).toMatchObject([
    { verdict: "sent", reason: "on_time", count: 1, runId: items[0].id, reasonText: { en: "Sent on time" } },
  ]);
});

test("a schedule's sentence names its zone where its times depend on it", async () => {
  const made = await make({
    ...hello,
    name: "Nightly",
    schedules: [{ kind: "crontab", expression: "30 2 * * *", zone: "America/New_York" }, everyTenSeconds],
  });
  expect(made.schedules.map((schedule: { description: { en: string } }) => schedule.description.en)).toEqual([
    "Every day at 02:30 (New York)",
    "Every 10 seconds",
  ]);
});

test("how long its runs are kept is set, read, exported and refused where it makes no sense", async () => {
  const keep = { days: 7, failuresDays: null, lastRuns: 0, mostRuns: 500 };
  const made = await make({ ...hello, keep: { days: 7, lastRuns: 0, mostRuns: 500 } });
  expect(made.keep).toEqual(keep);
  expect((await make({ ...hello, name: "Plain" })).keep).toBe(null);
  const exported = await read("/export");
  expect(exported.periodicTasks[0].keep).toEqual({ days: 7, lastRuns: 0, mostRuns: 500 });
  for (const [wrong, path] of [
    [{ days: 0 }, "/keep/days"],
    [{ lastRuns: 10, mostRuns: 5 }, "/keep/lastRuns"],
  ] as const) {
    const answer = await root.call("POST", "/periodic-tasks", { ...hello, name: "Wrong", keep: wrong });
    expect([answer.statusCode, answer.json().errors[0].path]).toEqual([422, path]);
  }
});

test("what is changed from an old version is refused, and the answer shows the one that is there", async () => {
  const made = await make();
  const { id } = made;
  const kept = { ...everyTenSeconds, id: made.schedules[0]?.id };
  const first = await root.call("PUT", `/periodic-tasks/${id}`, {
    ...hello,
    schedules: [kept],
    tags: ["a"],
    version: 1,
  });
  expect(first.statusCode).toBe(200);
  expect(first.json()).toMatchObject({ version: 2, tags: ["a"], schedules: [{ id: kept.id, version: 1 }] });
  const stale = await root.call("PUT", `/periodic-tasks/${id}`, { ...hello, tags: ["b"], version: 1 });
  expect(stale.statusCode).toBe(409);
  expect(stale.json()).toMatchObject({ code: "stale_version", current: { id, version: 2, tags: ["a"] } });
  const without = await root.call("PUT", `/periodic-tasks/${id}`, hello);
  expect(without.statusCode).toBe(422);
  expect(without.json().errors).toMatchObject([{ path: "/version", code: "required" }]);
});

test("an edit fires what was due under the old plan first, and loses no nominal time", async () => {
  const made = await make();
  await admin.clock.advance(10 * SECOND);
  const changed = { kind: "interval", every: 1, period: "hours", id: made.schedules[0]?.id };
  const answer = await root.call("PUT", `/periodic-tasks/${made.id}`, { ...hello, schedules: [changed], version: 1 });
  expect(answer.json()).toMatchObject({ version: 2, schedules: [{ version: 2 }] });
  expect((await read(`/firings?periodicTaskId=${made.id}`)).items).toMatchObject([
    { verdict: "sent", scheduleVersion: 1 },
  ]);
});

test("switching, pausing and archiving take hold at once and can be seen", async () => {
  const { id } = await make();
  expect((await root.call("DELETE", `/periodic-tasks/${id}/enabled`)).json()).toMatchObject({
    enabled: false,
    nextAt: null,
  });
  expect((await root.call("PUT", `/periodic-tasks/${id}/enabled`)).json()).toMatchObject({ enabled: true });

  const paused = await root.call("PUT", `/periodic-tasks/${id}/pause`, { reason: "deploy" });
  expect(paused.json()).toMatchObject({ paused: { reason: "deploy", untilAt: null, by: "admin" } });
  await admin.clock.advance(30 * SECOND);
  await admin.testCatalog.fire();
  const { items } = await read(`/firings?periodicTaskId=${id}`);
  expect(items).toMatchObject([{ verdict: "skipped", reason: "paused", count: 3, runId: null }]);
  expect((await root.call("DELETE", `/periodic-tasks/${id}/pause`)).json()).toMatchObject({ paused: null });

  expect(await read(`/periodic-tasks/${id}/deletion`)).toMatchObject({ schedules: 1, waitingRuns: 0, runningRuns: 0 });
  expect((await root.call("DELETE", `/periodic-tasks/${id}`)).statusCode).toBe(204);
  expect((await read("/periodic-tasks")).items).toEqual([]);
  expect((await read("/periodic-tasks?archived=true")).items).toMatchObject([{ id, nextAt: null }]);
  expect((await root.call("DELETE", `/periodic-tasks/${id}`)).statusCode).toBe(404);
  await make();
});

test("a pause that has ended already, or gives no reason, is refused", async () => {
  const { id } = await make();
  const untilAt = admin.clock.now() - 1;
  const answer = await root.call("PUT", `/periodic-tasks/${id}/pause`, { reason: " ", untilAt });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toMatchObject([{ path: "/reason" }, { path: "/untilAt" }]);
});

test("a run by hand has every option of the periodic task, and may change the input", async () => {
  const { id } = await make({
    ...hello,
    queue: "slow",
    priority: 9,
    timeLimitMs: 5_000,
    expiresMs: 60_000,
    headers: { a: "b" },
  });
  const answer = await root.call("POST", `/periodic-tasks/${id}/runs`);
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toMatchObject({
    origin: "manual",
    originBy: "admin",
    queue: "slow",
    priority: 9,
    state: "ready",
  });
  expect(answer.json().warnings).toMatchObject([{ code: "queue_without_worker" }]);
  const run = await read(`/runs/${answer.json().id}`);
  expect(run).toMatchObject({
    kwargs: { greeting: "hi" },
    expiresAt: admin.clock.now() + 60_000,
    periodicTask: { id },
  });

  const at = admin.clock.now() + 3_600_000;
  const later = await root.call("POST", `/periodic-tasks/${id}/runs`, { kwargs: { greeting: "later" }, at });
  expect(later.json()).toMatchObject({ state: "scheduled", availableAt: at });
  expect((await read(`/runs/${later.json().id}`)).kwargs).toEqual({ greeting: "later" });
  expect((await admin.database.db.selectFrom("run_live").select("options").executeTakeFirst())?.options).toContain(
    '"timeLimitMs":5000',
  );
});

test("the overlap rule holds for runs by hand, and may be overridden", async () => {
  const { id } = await make({ ...hello, overlap: "skip" });
  const run = (body?: object) => root.call("POST", `/periodic-tasks/${id}/runs`, body);
  expect((await run()).statusCode).toBe(201);
  const refused = await run();
  expect(refused.statusCode).toBe(409);
  expect(refused.json()).toMatchObject({ code: "overlap" });
  expect((await run({ overlap: "allow" })).statusCode).toBe(201);
});

test("many are switched, run and archived at once, and one that fails does not stop the others", async () => {
  const ids = [(await make()).id, (await make({ ...hello, name: "Other", overlap: "skip" })).id];
  const act = async (action: string) =>
    (await root.call("POST", "/periodic-tasks/actions", { action, ids: [...ids, 999] })).json();
  expect(await act("disable")).toMatchObject({ done: 2, failed: [{ id: 999, code: "not_found" }] });
  expect((await read("/periodic-tasks?enabled=false")).items).toHaveLength(2);
  expect(await act("enable")).toMatchObject({ done: 2 });
  expect(await act("run")).toMatchObject({ done: 2 });
  expect(await act("run")).toMatchObject({ done: 1, failed: [{ id: ids[1], code: "overlap" }, { id: 999 }] });
  expect(await act("delete")).toMatchObject({ done: 2 });
});

test("many are paused, resumed and tagged at once", async () => {
  const ids = [(await make({ ...hello, tags: ["old", "kept"] })).id, (await make({ ...hello, name: "Other" })).id];
  const act = async (action: object) =>
    (await root.call("POST", "/periodic-tasks/actions", { ids: [...ids, 999], ...action })).json();
  const missing = [{ id: 999, code: "not_found", text: { ja: expect.stringMatching(/定期タスク/) } }];
  expect(await act({ action: "pause", reason: "deploy" })).toMatchObject({ done: 2, failed: missing });
  for (const { paused } of (await read("/periodic-tasks")).items) {
    expect(paused).toMatchObject({ reason: "deploy", untilAt: null, by: "admin", scope: "periodic-task" });
  }
  const [{ after }] = (await read(`/changes?resource=periodic-task&resourceId=${ids[0]}`)).items;
  expect(after).toEqual({ reason: "deploy", untilAt: null });
  expect(await act({ action: "resume" })).toMatchObject({ done: 2 });
  expect((await read(`/periodic-tasks/${ids[0]}`)).paused).toBeNull();

  expect(await act({ action: "tag", add: [" new ", "kept"], remove: ["old"] })).toMatchObject({ done: 2 });
  expect((await read(`/periodic-tasks/${ids[0]}`)).tags).toEqual(["kept", "new"]);
  expect((await read(`/periodic-tasks/${ids[1]}`)).tags).toEqual(["new", "kept"]);
  const { version, nextAt } = await read(`/periodic-tasks/${ids[1]}`);
  await act({ action: "tag", add: ["new"] });
  // What changes nothing is no change, and no tag moves a schedule.
  expect(await read(`/periodic-tasks/${ids[1]}`)).toMatchObject({ version, nextAt });

  const refused = await root.call("POST", "/periodic-tasks/actions", { action: "pause", ids });
  expect(refused.statusCode).toBe(422);
  expect(refused.json().errors).toMatchObject([{ path: "/reason", code: "required" }]);
  const many = Array.from({ length: 49 }, (_, index) => `tag ${index}`);
  expect(await act({ action: "tag", add: many })).toMatchObject({ done: 0, failed: [{ code: "invalid" }, {}, {}] });
});

test("the tags in use are listed by name, page by page", async () => {
  await make({ ...hello, tags: ["b", "a"] });
  await make({ ...hello, name: "Other", tags: ["c", "a"] });
  expect(await read("/tags")).toEqual({ items: [{ name: "a" }, { name: "b" }, { name: "c" }], next: null });
  const first = await read("/tags?limit=2");
  expect(first.items).toEqual([{ name: "a" }, { name: "b" }]);
  expect(await read(`/tags?limit=2&after=${first.next}`)).toEqual({ items: [{ name: "c" }], next: null });
});

test("whoever edits periodic tasks sees whom one can be handed to, and nothing else of them", async () => {
  await admin.addUser("editor", ["periodic-tasks.edit"]);
  const gone = await admin.addUser("gone");
  await admin.database.db.updateTable("user").set({ active: 0 }).where("id", "=", gone).execute();
  const editor = await admin.signIn("editor");
  const { items } = (await editor.call("GET", "/people")).json();
  expect(items.map(({ username }: { username: string }) => username)).toEqual(["admin", "editor"]);
  expect(Object.keys(items[0])).toEqual(["id", "username", "displayName"]);
  expect((await editor.call("GET", "/users")).statusCode).toBe(403);
});

test("what a change replaced can be saved again, as an edit with its own record", async () => {
  const made = await make();
  const { id } = made;
  const [schedule] = made.schedules;
  const edit = { ...hello, name: "Other", kwargs: {}, tags: ["x"], overlap: "skip", version: 1 };
  const crontab = { id: schedule?.id, kind: "crontab", expression: "0 9 * * *" };
  expect((await root.call("PUT", `/periodic-tasks/${id}`, { ...edit, schedules: [crontab] })).statusCode).toBe(200);

  const changesOf = async () => (await read(`/changes?resource=periodic-task&resourceId=${id}`)).items;
  const [{ before }] = await changesOf();
  const schedules = before.schedules.map(({ definition, ...rest }: { definition: object }) => ({
    ...rest,
    ...definition,
  }));
  const again = { ...before, schedules };
  expect((await root.call("PUT", `/periodic-tasks/${id}`, { ...again, version: 1 })).json().code).toBe("stale_version");
  const reverted = await root.call("PUT", `/periodic-tasks/${id}`, { ...again, version: 2 });
  expect(reverted.json()).toMatchObject({
    name: "Hello",
    kwargs: { greeting: "hi" },
    tags: [],
    overlap: "allow",
    schedules: [{ id: schedule?.id, definition: everyTenSeconds }],
    version: 3,
  });
  const [latest] = await changesOf();
  expect(latest).toMatchObject({ action: "updated", by: "admin", before: { name: "Other" }, after: before });
});

test("the list is searched, filtered, sorted and paged by key", async () => {
  for (const [index, name] of ["delta", "alpha", "charlie", "bravo"].entries()) {
    await make({
      ...hello,
      name,
      task: `tapp_${index % 2 === 0 ? "a" : "b"}.hello`,
      tags: index === 0 ? ["billing"] : [],
      enabled: index !== 3,
      schedules: [{ kind: "interval", every: index + 1, period: "hours" }],
    });
  }
  const names = async (query: string) =>
    (await read(`/periodic-tasks?${query}`)).items.map(({ name }: { name: string }) => name);
  expect(await names("")).toEqual(["alpha", "bravo", "charlie", "delta"]);
  expect(await names("sort=-name")).toEqual(["delta", "charlie", "bravo", "alpha"]);
  expect(await names("sort=task")).toEqual(["charlie", "delta", "alpha", "bravo"]);
  expect(await names("sort=-task")).toEqual(["bravo", "alpha", "delta", "charlie"]);
  expect(await names("sort=nextAt")).toEqual(["delta", "alpha", "charlie", "bravo"]);
  expect(await names("sort=-nextAt")).toEqual(["charlie", "alpha", "delta", "bravo"]);
  expect(await names("q=ALPH")).toEqual(["alpha"]);
  expect(await names("q=bill")).toEqual(["delta"]);
  expect(await names("q=100%25")).toEqual([]);
  expect(await names("tag=billing&sort=-nextAt")).toEqual(["delta"]);
  expect(await names("task=tapp_b.hello")).toEqual(["alpha", "bravo"]);
  expect(await names("enabled=false")).toEqual(["bravo"]);
  expect(await names("queue=default")).toHaveLength(4);
  expect(await names("queue=other")).toEqual([]);
  for (const sort of ["name", "-name", "task", "-task", "nextAt", "-nextAt"]) {
    const walked: string[] = [];
    let after = "";
    for (let pages = 0; pages < 5; pages += 1) {
      const page = await read(`/periodic-tasks?sort=${sort}&limit=1&count=true${after}`);
      expect(page.count).toEqual({ value: 4, capped: false });
      walked.push(...page.items.map(({ name }: { name: string }) => name));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(walked).toEqual(await names(`sort=${sort}`));
  }
});

test("a cursor that is broken, or of another order, is refused", async () => {
  await make();
  await make({ ...hello, name: "Other" });
  const { next } = await read("/periodic-tasks?limit=1");
  for (const path of [
    `/periodic-tasks?sort=task&after=${next}`,
    "/periodic-tasks?after=nonsense",
    `/runs?after=${next}`,
  ]) {
    const answer = await root.call("GET", path);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "invalid_cursor", errors: [{ path: "?after" }] });
  }
});
