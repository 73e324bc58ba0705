import { afterEach, beforeEach, expect, test } from "vitest";
import type { PeriodicTaskView, RunSummary } from "../../../src/admin/contract.ts";
import { type Caller, expecting, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const HOUR = 3_600_000;

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.withToken("admin");
});
afterEach(() => admin.close());

const call = expecting(() => root);
const hourly = { kind: "crontab", expression: "0 * * * *" };
const make = (more: object = {}): Promise<PeriodicTaskView> =>
  call("POST", "/periodic-tasks", 201, { name: "Hourly", task: "tapp_a.hello", schedules: [hourly], ...more });
async function runsOf({ id }: PeriodicTaskView): Promise<RunSummary[]> {
  const { items } = await call("GET", `/runs?periodicTaskId=${id}&limit=200`, 200);
  return items.filter(({ origin }: RunSummary) => origin === "backfill");
}

test("every nominal time of a stretch is shown, and then sent with its own time", async () => {
  const task = await make();
  const path = `/periodic-tasks/${task.id}/backfills`;
  const now = admin.clock.now();
  const stretch = { from: now - 5 * HOUR, to: now - 1 };
  expect(await call("POST", `${path}/preview`, 200, stretch)).toEqual({
    runs: 5,
    beyondCap: false,
    alreadySent: 0,
    firstAt: now - 5 * HOUR,
    lastAt: now - HOUR,
    schedules: [{ scheduleId: task.schedules[0]?.id, name: "", runs: 5, alreadySent: 0 }],
    takesMs: 0,
    limitedTo: null,
  });
  expect(await runsOf(task)).toEqual([]);
  expect(await call("POST", path, 201, { ...stretch, perMinute: 2 })).toEqual({ sent: 5, waiting: 0, skipped: 0 });
  const runs = (await runsOf(task)).reverse();
  expect(runs.map(({ nominalAt, availableAt }) => [nominalAt, availableAt])).toEqual(
    [0, 1, 2, 3, 4].map((n) => [now - (5 - n) * HOUR, now + n * 30_000]),
  );
  expect(runs[0]).toMatchObject({ originBy: "admin", periodicTask: { id: task.id }, state: "ready" });
  // Asked for once more, nothing is sent twice; a replay is another matter.
  expect(await call("POST", `${path}/preview`, 200, stretch)).toMatchObject({ runs: 0, alreadySent: 5 });
  expect(await call("POST", path, 201, stretch)).toEqual({ sent: 0, waiting: 0, skipped: 0 });
  expect(await call("POST", path, 201, { ...stretch, includeSent: true })).toEqual({ sent: 5, waiting: 0, skipped: 0 });
  const changes = (await call("GET", `/changes?resource=periodic-task&resourceId=${task.id}`, 200)).items;
  expect(changes[0]).toMatchObject({ action: "backfilled", by: "admin", after: { sent: 5, includeSent: true } });
});

test("what a beat sent is left out, and what was paused or missed is made up for", async () => {
  const task = await make();
  const start = admin.clock.now();
  await admin.clock.advance(HOUR);
  await admin.testCatalog.fire();
  await admin.clock.advance(4 * HOUR);
  await admin.testCatalog.fire();
  const request = { from: start + 1, to: admin.clock.now() };
  const path = `/periodic-tasks/${task.id}/backfills`;
  // Sent: the first on time, the last of those that were late.
  expect(await call("POST", `${path}/preview`, 200, request)).toMatchObject({ runs: 3, alreadySent: 2 });
  expect(await call("POST", path, 201, request)).toMatchObject({ sent: 3 });
  expect((await runsOf(task)).map(({ nominalAt }) => nominalAt).sort()).toEqual(
    [2, 3, 4].map((hours) => start + hours * HOUR),
  );
});

test("an edited schedule is made up for as it was at that time", async () => {
  const task = await make();
  const start = admin.clock.now();
  await admin.clock.advance(3 * HOUR);
  const half = { kind: "crontab", expression: "30 * * * *", id: task.schedules[0]?.id };
  await call("PUT", `/periodic-tasks/${task.id}`, 200, {
    name: "Hourly",
    task: "tapp_a.hello",
    schedules: [half],
    version: task.version,
  });
  await admin.clock.advance(2 * HOUR);
  const request = { from: start - 2 * HOUR, to: admin.clock.now(), includeSent: true };
  await call("POST", `/periodic-tasks/${task.id}/backfills`, 201, request);
  const times = (await runsOf(task)).map(({ nominalAt }) => ((nominalAt ?? 0) - start) / HOUR).sort((a, b) => a - b);
  expect(times).toEqual([-2, -1, 0, 1, 2, 3, 3.5, 4.5]);
});

test("the cap, times to come and schedules of others are refused", async () => {
  const task = await make();
  const path = `/periodic-tasks/${task.id}/backfills`;
  const now = admin.clock.now();
  const long = { from: now - 100 * HOUR, to: now - 1, cap: 10 };
  expect(await call("POST", `${path}/preview`, 200, long)).toMatchObject({ runs: 11, beyondCap: true });
  expect((await call("POST", path, 409, long)).code).toBe("backfill_too_large");
  const wrong = await call("POST", path, 422, { from: now + HOUR, to: now + 1 });
  expect(wrong.errors.map(({ path: where }: { path: string }) => where)).toEqual(["/to", "/to"]);
  expect((await call("POST", path, 422, { from: "soon", to: now })).errors[0].path).toBe("/from");
  const other = await call("POST", path, 422, { from: now - HOUR, to: now, scheduleIds: [999] });
  expect(other.errors).toMatchObject([{ path: "/scheduleIds/0" }]);
  await call("POST", "/periodic-tasks/999/backfills", 404, { from: now - HOUR, to: now });
  const second = await make({ name: "Each second", schedules: [{ kind: "interval", every: 1, period: "seconds" }] });
  const day = { from: now - 90 * 24 * HOUR, to: now - 1, cap: 10_000 };
  expect(await call("POST", `/periodic-tasks/${second.id}/backfills/preview`, 200, day)).toMatchObject({
    runs: 10_001,
    beyondCap: true,
  });
});

test("the overlap rule holds for them, and can be set aside", async () => {
  const task = await make({ overlap: "queue", overlapQueue: 2 });
  const path = `/periodic-tasks/${task.id}/backfills`;
  const now = admin.clock.now();
  const stretch = { from: now - 5 * HOUR, to: now - 1 };
  expect(await call("POST", `${path}/preview`, 200, stretch)).toMatchObject({ runs: 5, limitedTo: 3 });
  expect(await call("POST", path, 201, stretch)).toEqual({ sent: 1, waiting: 2, skipped: 2 });
  expect(await call("POST", path, 201, { ...stretch, overlap: "allow" })).toEqual({ sent: 2, waiting: 0, skipped: 0 });
});

test("two schedules that name one instant send one run, unless they say different things", async () => {
  const now = admin.clock.now();
  const stretch = { from: now - 2 * HOUR, to: now - 1 };
  const same = await make({ schedules: [hourly, { ...hourly, name: "again" }] });
  expect(await call("POST", `/periodic-tasks/${same.id}/backfills`, 201, stretch)).toMatchObject({ sent: 2 });
  const other = await make({ name: "Two", schedules: [hourly, { ...hourly, name: "b", input: { greeting: "b" } }] });
  expect(await call("POST", `/periodic-tasks/${other.id}/backfills`, 201, stretch)).toMatchObject({ sent: 4 });
});

test("a replay that waits leaves the firing of its time alone", async () => {
  const task = await make({ overlap: "queue", overlapQueue: 5 });
  const start = admin.clock.now();
  for (const _ of [1, 2]) {
    await admin.clock.advance(HOUR);
    await admin.testCatalog.fire();
  }
  const verdicts = async () => {
    const { items } = await call("GET", `/firings?periodicTaskId=${task.id}`, 200);
    return items.map(({ verdict, reason }: { verdict: string; reason: string }) => `${verdict} ${reason}`);
  };
  expect(await verdicts()).toEqual(["held waiting", "sent on_time"]);
  const replay = { from: start + 2 * HOUR, to: start + 2 * HOUR, includeSent: true };
  expect(await call("POST", `/periodic-tasks/${task.id}/backfills`, 201, replay)).toMatchObject({ waiting: 1 });
  const [waiting] = await runsOf(task);
  await call("PUT", `/runs/${waiting?.id}/cancellation`, 200);
  expect(await verdicts()).toEqual(["held waiting", "sent on_time"]);
});
