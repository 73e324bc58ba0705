import { afterEach, beforeEach, expect, test } from "vitest";
import { systemActor } from "../../src/account/permission.ts";
import { type AnyTestDatabase, openAnyTestDatabase } from "../support/any-database.ts";
import { createTestCatalog, type TestCatalog } from "../support/catalog.ts";
import { FakeClock } from "../support/fake-clock.ts";

let database: AnyTestDatabase;
let clock: FakeClock;
let testCatalog: TestCatalog;
beforeEach(async () => {
  database = await openAnyTestDatabase();
  clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  testCatalog = createTestCatalog(database, clock);
});
afterEach(() => database.close());

const by = systemActor("test");
const everySecond = { kind: "interval", every: 1, period: "seconds" };
const input = { name: "P", task: "tapp_a.hello", schedules: [everySecond] };

/** The rows of a schedule, in order; none overlap, and each begins right after the one before. */
async function ledgerOf(scheduleId: number) {
  const rows = await database.db
    .selectFrom("firing")
    .selectAll()
    .where("schedule_id", "=", scheduleId)
    .orderBy("nominal_at")
    .execute();
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before !== undefined) expect(row.nominal_at - before.through_at).toBe(1_000);
  }
  return rows.map(({ verdict, reason, nominal_at, through_at }) => ({
    verdict,
    reason,
    count: (through_at - nominal_at) / 1_000 + 1,
  }));
}

test("every kind of edit fires first what was due before it, and then accounts for what it leaves out", async () => {
  const { editor } = testCatalog.catalog;
  const { id, schedules } = await editor.save(input, undefined, by);
  const schedule = schedules[0]?.id ?? 0;
  await clock.advance(1_000);
  await editor.setEnabled(id, false, by);
  await clock.advance(5_000);
  await editor.setEnabled(id, true, by);
  await clock.advance(1_000);
  await editor.pause(id, { reason: "deploy", untilAt: null }, by);
  await clock.advance(3_000);
  await editor.resume(id, by);
  await clock.advance(1_000);
  await editor.archive(id, by);
  expect(await ledgerOf(schedule)).toEqual([
    { verdict: "sent", reason: "on_time", count: 1 },
    { verdict: "off", reason: "disabled", count: 5 },
    { verdict: "sent", reason: "on_time", count: 1 },
    { verdict: "skipped", reason: "paused", count: 3 },
    { verdict: "sent", reason: "on_time", count: 1 },
  ]);
});

test("a hundred edits at once leave each nominal time in one row", async () => {
  const { editor } = testCatalog.catalog;
  const { id, schedules } = await editor.save(input, undefined, by);
  for (let round = 0; round < 10; round += 1) {
    await clock.advance(1_000);
    await Promise.all([
      ...Array.from({ length: 5 }, (_, n) => editor.setEnabled(id, n % 2 === 0, by)),
      ...Array.from({ length: 5 }, () => testCatalog.fire()),
    ]);
  }
  await editor.setEnabled(id, false, by);
  const rows = await ledgerOf(schedules[0]?.id ?? 0);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(10);
});

test("of many who save from one version, one succeeds and the others see it", async () => {
  const { editor } = testCatalog.catalog;
  const { id } = await editor.save(input, undefined, by);
  const saves = Array.from({ length: 8 }, (_, n) => editor.save({ ...input, tags: [`t${n}`] }, { id, version: 1 }, by));
  const settled = await Promise.allSettled(saves);
  const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toHaveLength(7);
  for (const error of refused)
    expect(error).toMatchObject({ code: "stale_version", fields: { current: { version: 2 } } });
});

test("of many who save one name, one succeeds", async () => {
  const { editor } = testCatalog.catalog;
  const settled = await Promise.allSettled(Array.from({ length: 8 }, () => editor.save(input, undefined, by)));
  const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toHaveLength(7);
  for (const error of refused) expect(error).toMatchObject({ code: "name_taken", fields: { path: "/name" } });
});

test("of many runs at once under the overlap rule, one is sent", async () => {
  const { editor, requests } = testCatalog.catalog;
  const { id } = await editor.save({ ...input, overlap: "skip" }, undefined, by);
  const asker = { by, via: "manual" } as const;
  const settled = await Promise.allSettled(Array.from({ length: 20 }, () => requests.runNow(id, {}, asker)));
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("what people send waits, is refused and is allowed by the rule of what schedules send", async () => {
  const { editor, requests } = testCatalog.catalog;
  const queue = { overlap: "queue", overlapQueue: 1 } as const;
  const { id, schedules } = await editor.save({ ...input, ...queue }, undefined, by);
  const asker = { by, via: "manual" } as const;
  const stateOf = async (runId: string) => (await requests.get(runId)).state;

  await clock.advance(1_000);
  await testCatalog.fire();
  const [fired] = await database.db.selectFrom("run_live").select("id").execute();
  const waiting = await requests.runNow(id, {}, asker);
  expect(await stateOf(waiting)).toBe("held");
  await expect(requests.runNow(id, {}, asker)).rejects.toMatchObject({
    code: "overlap",
    message: expect.stringContaining(`run '${fired?.id}'`),
    fields: { runIds: [fired?.id], waitingIds: [waiting], path: "/overlap" },
  });
  const allowed = await requests.runNow(id, { overlap: "allow" }, asker);
  expect(await stateOf(allowed)).toBe("ready");

  await clock.advance(1_000);
  await testCatalog.fire();
  expect((await ledgerOf(schedules[0]?.id ?? 0)).at(-1)).toMatchObject({ verdict: "skipped", reason: "queue_full" });
  await requests.cancel(fired?.id ?? "", by);
  expect(await stateOf(waiting)).toBe("ready");
});

test("an edit tells beats at once, and every change is recorded with its author", async () => {
  let told = 0;
  testCatalog.wake.on("schedules", () => {
    told += 1;
  });
  const { editor } = testCatalog.catalog;
  const { id } = await editor.save(input, undefined, by);
  await editor.setEnabled(id, false, by);
  await editor.archive(id, by);
  expect(told).toBe(3);
  const changes = await database.db.selectFrom("change").select(["action", "by_name"]).orderBy("id").execute();
  expect(changes).toEqual(["created", "disabled", "archived"].map((action) => ({ action, by_name: "test" })));
});

test("a schedule edited by hand to nonsense is shown red, and the others in the list stand", async () => {
  const { editor, periodicTasks, status } = testCatalog.catalog;
  await editor.save({ ...input, name: "Good" }, undefined, by);
  const { schedules } = await editor.save({ ...input, name: "Bad" }, undefined, by);
  await database.db
    .updateTable("schedule")
    // PostgreSQL takes JSON alone.
    .set({ definition: database.kind === "postgres" ? '"no definition"' : "{not json" })
    .where("id", "=", schedules[0]?.id ?? 0)
    .execute();
  await clock.advance(1_000);
  await testCatalog.fire();
  const { items } = await periodicTasks.list({ sort: "name", limit: 10 });
  expect(items.map(({ name, warnings }) => [name, warnings.some(({ code }) => code === "schedule_error")])).toEqual([
    ["Bad", true],
    ["Good", false],
  ]);
  expect((await status.health()).problems).toContainEqual(expect.objectContaining({ code: "schedule_error" }));
});

test("the strip shows the last thirty runs and the gaps between them, the oldest first", async () => {
  const { editor, periodicTasks } = testCatalog.catalog;
  const { id } = await editor.save(input, undefined, by);
  for (let n = 0; n < 25; n += 1) {
    await clock.advance(1_000);
    await testCatalog.fire();
  }
  await editor.pause(id, { reason: "deploy", untilAt: null }, by);
  await clock.advance(5_000);
  await testCatalog.fire();
  await editor.resume(id, by);
  for (let n = 0; n < 10; n += 1) {
    await clock.advance(1_000);
    await testCatalog.fire();
  }
  const { strip } = await periodicTasks.get(id);
  expect(strip).toHaveLength(30);
  expect(strip.map(({ at }) => at)).toEqual(strip.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(strip.filter(({ kind }) => kind === "firing")).toMatchObject([{ state: "skipped", runId: null }]);
  expect(strip.at(-1)).toMatchObject({ kind: "run", state: "ready", at: clock.now() });
});

test("a filter that few pass goes on where the page before stopped looking", async () => {
  // More rows than one request looks at for a text.
  const rows = Array.from({ length: 25_000 }, (_, index) => ({
    id: `r${index + 1}`,
    task: "t",
    queue: "q",
    priority: 5,
    state: "succeeded",
    input: JSON.stringify({ input: index === 4 || index === 24_989 ? "needle" : 1 }),
    options: "{}",
    origin: '{"kind":"api"}',
    available_at: index + 1,
    queued_at: index + 1,
    attempt: 1,
    retries: 0,
    ended_at: index + 1,
  }));
  while (rows.length > 0) await database.db.insertInto("run_done").values(rows.splice(0, 1_000)).execute();
  const { runs } = testCatalog.catalog;
  const first = await runs.list({ text: "needle", limit: 10, count: true });
  expect(first.items.map(({ id }) => id)).toEqual(["r24990"]);
  expect(first.count).toEqual({ value: 1, capped: true });
  const second = await runs.list({ text: "needle", limit: 10, ...(first.next !== undefined && { after: first.next }) });
  expect(second.items.map(({ id }) => id)).toEqual(["r5"]);
  expect(second.next).toBeUndefined();
});

test("what was sent before the clock was set back keeps its row when an edit follows", async () => {
  const { editor, audit } = testCatalog.catalog;
  const { id, schedules } = await editor.save(input, undefined, by);
  await clock.advance(2_000);
  await testCatalog.fire();
  // As it is left when the clock goes back two seconds after it had sent two times ahead.
  const { db } = database;
  await clock.advance(2_000);
  await testCatalog.fire();
  clock.jump(-2_000);
  await db
    .updateTable("schedule_cursor")
    .set({ accounted_to: clock.now(), next_at: clock.now() + 1_000 })
    .execute();
  await clock.advance(5_000);
  await db
    .updateTable("schedule_cursor")
    .set({ next_at: clock.now() + 60_000 })
    .execute();
  await editor.setEnabled(id, false, by);
  const rows = await ledgerOf(schedules[0]?.id ?? 0);
  expect(rows.map(({ verdict, count }) => [verdict, count])).toEqual([
    ["sent", 1],
    ["sent", 1],
    ["sent", 1],
    ["sent", 1],
    ["missed", 3],
  ]);
  expect((await audit.run()).findings).toEqual([]);
});
