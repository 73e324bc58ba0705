import { afterEach, beforeEach, expect, test } from "vitest";
import type { FiringView, PauseView, PeriodicTaskView } from "../../../src/admin/contract.ts";
import { type Caller, expecting, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const SECOND = 1_000;

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
});
afterEach(() => admin.close());

const call = expecting(() => root);
const make = (name: string, tags: string[] = []): Promise<PeriodicTaskView> =>
  call("POST", "/periodic-tasks", 201, {
    name,
    task: "tapp_a.hello",
    tags,
    schedules: [{ kind: "interval", every: 10, period: "seconds" }],
  });
const read = (id: number): Promise<PeriodicTaskView> => call("GET", `/periodic-tasks/${id}`, 200);
const pause = (body: object): Promise<PauseView> => call("POST", "/pauses", 201, body);
async function fireAfter(seconds: number) {
  await admin.clock.advance(seconds * SECOND);
  return admin.testCatalog.fire();
}
async function reasons(task: PeriodicTaskView) {
  const { items } = await call("GET", `/firings?periodicTaskId=${task.id}`, 200);
  return (items as FiringView[]).map(({ verdict, reason, count }) => [verdict, reason, count]).reverse();
}

test("everything, a tag, a periodic task and a schedule are held back, each with its reason", async () => {
  const one = await make("One", ["nightly"]);
  const two = await make("Two");
  const cursors = () => admin.database.db.selectFrom("schedule_cursor").selectAll().execute();
  const before = await cursors();

  const everything = await pause({ scope: "all", reason: "database move" });
  const tag = await pause({ scope: "tag", scopeId: "nightly", reason: "tag" });
  const scheduleId = two.schedules[0]?.id;
  const schedule = await pause({ scope: "schedule", scopeId: String(scheduleId), reason: "schedule" });
  // No cursor is touched, however many schedules it holds back.
  expect(await cursors()).toEqual(before);
  expect((await read(one.id)).paused).toMatchObject({ scope: "all", reason: "database move", by: "admin" });
  expect(await fireAfter(10)).toMatchObject({ sent: 0, schedules: 2 });

  await call("DELETE", `/pauses/${everything.id}`, 204);
  expect((await read(one.id)).paused).toMatchObject({ scope: "tag", scopeId: "nightly" });
  expect((await read(two.id)).paused).toBeNull();
  expect((await read(two.id)).schedules[0]?.paused).toMatchObject({ scope: "schedule", reason: "schedule" });
  expect(await fireAfter(10)).toMatchObject({ sent: 0, schedules: 2 });

  const { items } = await call("GET", "/pauses", 200);
  expect(items).toMatchObject([
    { id: schedule.id, label: "Two", periodicTaskId: two.id },
    { id: tag.id, label: "nightly", periodicTaskId: null },
  ]);
  await call("DELETE", `/pauses/${tag.id}`, 204);
  await call("DELETE", `/pauses/${schedule.id}`, 204);
  expect(await fireAfter(10)).toMatchObject({ sent: 2 });
  const paused = (await reasons(one)).filter(([, reason]) => reason === "paused");
  expect(paused.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(2);
  expect((await call("GET", "/pauses?ended=true", 200)).items).toHaveLength(3);
  const changes = (await call("GET", "/changes?resource=pause", 200)).items;
  expect(changes.map(({ action, resourceId }: { action: string; resourceId: string }) => [action, resourceId])).toEqual(
    [
      ["resumed", "tag:nightly"],
      ["resumed", "all"],
      ["paused", "tag:nightly"],
      ["paused", "all"],
    ],
  );
});

test("a pause ends by itself, although no beat ran at its end", async () => {
  const task = await make("One");
  await pause({ scope: "all", reason: "move", untilAt: admin.clock.now() + 35 * SECOND });
  expect(await fireAfter(60)).toMatchObject({ sent: 1 });
  expect((await read(task.id)).paused).toBeNull();
  expect((await reasons(task)).map(([verdict, reason, count]) => `${verdict} ${reason} ${count}`)).toEqual([
    "skipped paused 3",
    "missed superseded 2",
    "sent on_time 1",
  ]);
});

test("what a pause lacks is told, and what is not there cannot be paused", async () => {
  const wrong = await call("POST", "/pauses", 422, { scope: "tag", reason: " ", untilAt: 1 });
  expect(wrong.errors.map(({ path }: { path: string }) => path)).toEqual(["/reason", "/untilAt", "/scopeId"]);
  await call("POST", "/pauses", 404, { scope: "periodic-task", scopeId: "77", reason: "r" });
  await call("POST", "/pauses", 404, { scope: "schedule", scopeId: "x", reason: "r" });
  await call("DELETE", "/pauses/77", 404);
});

test("what is held is released, and what it was held for counts anew", async () => {
  const task = await make("One");
  const { db } = admin.database;
  await db
    .updateTable("periodic_task")
    .set({ held_reason: JSON.stringify({ kind: "failed_run", at: 1, runId: "r1" }) })
    .execute();
  await db
    .insertInto("periodic_task_outcome")
    .values({
      periodic_task_id: task.id,
      run_id: "r1",
      state: "failed",
      ended_at: 1,
      duration_ms: 1,
      succeeded_at: null,
      failed_in_a_row: 3,
    })
    .execute();
  expect(await read(task.id)).toMatchObject({
    heldReason: { kind: "failed_run", runId: "r1", text: { en: expect.stringContaining("r1") } },
    nextAt: null,
  });
  expect(await fireAfter(10)).toMatchObject({ sent: 0 });
  const released: PeriodicTaskView = await call("POST", `/periodic-tasks/${task.id}/release`, 200);
  expect(released).toMatchObject({ heldReason: null, enabled: true });
  expect(await db.selectFrom("periodic_task_outcome").select("failed_in_a_row").execute()).toEqual([
    { failed_in_a_row: 0 },
  ]);
  expect(await fireAfter(10)).toMatchObject({ sent: 1 });
  expect(await reasons(task)).toEqual([
    ["skipped", "held", 1],
    ["sent", "on_time", 1],
  ]);
  expect(await call("POST", "/periodic-tasks/actions", 200, { action: "release", ids: [task.id] })).toMatchObject({
    done: 1,
  });
});

test("one that was switched off for its failures is on again when it is released, or switched on", async () => {
  const task = await make("One");
  const { db } = admin.database;
  const held = JSON.stringify({ kind: "failures", at: 1, count: 3 });
  await call("DELETE", `/periodic-tasks/${task.id}/enabled`, 200);
  await db.updateTable("periodic_task").set({ held_reason: held }).execute();
  expect(await call("POST", `/periodic-tasks/${task.id}/release`, 200)).toMatchObject({
    heldReason: null,
    enabled: true,
    nextAt: expect.any(Number),
  });
  await call("DELETE", `/periodic-tasks/${task.id}/enabled`, 200);
  await db.updateTable("periodic_task").set({ held_reason: held }).execute();
  expect(await call("PUT", `/periodic-tasks/${task.id}/enabled`, 200)).toMatchObject({ heldReason: null });
});
