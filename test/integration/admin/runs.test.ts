import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunView } from "../../../src/admin/contract.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
let worker: number;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
  worker = await admin.testCatalog.addProcess();
  await admin.testCatalog.announce(worker, { task: "tapp_a.hello" });
});
afterEach(() => admin.close());

const read = async (path: string) => (await root.call("GET", path)).json();
const send = async (body: object = {}): Promise<string> => {
  const answer = await root.call("POST", "/runs", { task: "tapp_a.hello", ...body });
  expect(answer.statusCode).toBe(201);
  return answer.json().id;
};

/** Takes the next run as a worker does, and answers it begun. */
async function begin() {
  const { runs } = admin.testCatalog.parts;
  const now = admin.clock.now();
  const [run] = await runs.claim({ processId: worker, queues: ["default"], limit: 1, now });
  if (run === undefined) throw new Error("there is no run to begin");
  await runs.begin([run], now);
  return run;
}

async function finish(run: Awaited<ReturnType<typeof begin>>, outcome: object) {
  const { runs } = admin.testCatalog.parts;
  const { id, claim, attempt } = run;
  const now = admin.clock.now();
  await runs.finish([{ id, claim, attempt, startedAt: now, endedAt: now + 50, kind: "final", ...outcome } as never]);
}

test("a task is sent by its name with options, and its run can be read", async () => {
  const id = await send({ kwargs: { a: 1 }, queue: "slow", priority: 7, expiresMs: 1_000 });
  expect(await read(`/runs/${id}`)).toMatchObject({
    id,
    task: "tapp_a.hello",
    state: "ready",
    kwargs: { a: 1 },
    queue: "slow",
    priority: 7,
    origin: "manual",
    originBy: "admin",
    expiresAt: admin.clock.now() + 1_000,
    attempts: [],
    children: [],
    error: null,
    latenessMs: null,
    durationMs: null,
    warnings: [{ code: "queue_without_worker" }],
  });
});

test("a program's run says that it came through the API", async () => {
  const program = await admin.withToken("admin");
  const answer = await program.call("POST", "/runs", { task: "tapp_a.hello" });
  expect(answer.json()).toMatchObject({ origin: "api", originBy: "admin" });
});

test("a run shows its attempts, result and lateness when it has ended", async () => {
  const id = await send();
  await admin.clock.advance(12);
  const first = await begin();
  await finish(first, {
    kind: "retry",
    availableAt: admin.clock.now() + 500,
    error: { name: "Error", message: "not now", stack: "Error: not now\n    at x" },
  });
  expect(await read(`/runs/${id}`)).toMatchObject({
    state: "scheduled",
    retrying: true,
    attempts: [{ number: 1, outcome: "retried", worker: "w1", error: { message: "not now", code: null } }],
  });
  await admin.clock.advance(1_000);
  await admin.testCatalog.parts.runs.sweep(admin.clock.now());
  const second = await begin();
  expect((await read(`/runs/${id}`)).attempts).toMatchObject([
    { number: 1 },
    { number: 2, outcome: "running", endedAt: null },
  ]);
  await finish(second, { state: "succeeded", result: { done: true } });
  const run: RunView = await read(`/runs/${id}`);
  expect(run).toMatchObject({
    state: "succeeded",
    retrying: false,
    result: { done: true },
    worker: "w1",
    attempt: 2,
    attempts: [
      { number: 1, outcome: "retried" },
      { number: 2, outcome: "succeeded", worker: "w1" },
    ],
  });
});

test("a run shows what goes along with it, and whether it outlives the run that sent it", async () => {
  const now = admin.clock.now();
  const sent = { task: "tapp_a.hello", payload: { args: [], kwargs: {} }, queue: "default", priority: 5 };
  const headers = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
  const from = { origin: { kind: "task" }, availableAt: now, queuedAt: now } as const;
  await admin.testCatalog.parts.runs.add([
    { ...sent, ...from, id: "parent", options: { headers } },
    { ...sent, ...from, id: "child", options: { detached: true }, parentId: "parent" },
  ]);
  expect(await read("/runs/parent")).toMatchObject({ detached: false, headers });
  expect(await read("/runs/child")).toMatchObject({ detached: true, headers: {}, parentId: "parent" });
});

test("a failed run can be run again as it was sent", async () => {
  const id = await send({ kwargs: { a: 1 } });
  await admin.clock.advance(12);
  await finish(await begin(), { state: "failed", error: { name: "Error", message: "no" } });
  expect(await read(`/runs/${id}`)).toMatchObject({
    state: "failed",
    error: { name: "Error", message: "no", stack: null },
    latenessMs: 12,
    durationMs: 50,
  });
  const again = await root.call("POST", `/runs/${id}/reruns`);
  expect(again.statusCode).toBe(201);
  expect(again.json()).toMatchObject({ origin: "rerun", originBy: "admin", state: "ready" });
  expect(await read(`/runs/${again.json().id}`)).toMatchObject({ rerunOf: id, kwargs: { a: 1 } });
  const current = await root.call("POST", `/runs/${id}/reruns`, { definition: "current" });
  expect(current.statusCode).toBe(409);
  expect(current.json().code).toBe("no_periodic_task");
});

test("a run of a periodic task can be run again as that is today, with the schedule's own input", async () => {
  const schedules = [{ kind: "interval", every: 10, period: "seconds", input: { from: "schedule" } }];
  const body = { name: "P", task: "tapp_a.hello", kwargs: { n: 1 }, schedules };
  const made = (await root.call("POST", "/periodic-tasks", body)).json();
  await admin.clock.advance(10_000);
  await admin.testCatalog.fire();
  const [run] = (await read(`/runs?periodicTaskId=${made.id}`)).items;
  const kept = [{ ...schedules[0], id: made.schedules[0].id }];
  const put = await root.call("PUT", `/periodic-tasks/${made.id}`, {
    ...body,
    schedules: kept,
    kwargs: { n: 2 },
    queue: "slow",
    version: 1,
  });
  expect(put.statusCode).toBe(200);
  const again = async (definition: string) => {
    const answer = await root.call("POST", `/runs/${run.id}/reruns`, { definition });
    return read(`/runs/${answer.json().id}`);
  };
  expect(await again("sent")).toMatchObject({
    kwargs: { n: 1, from: "schedule" },
    queue: "default",
    nominalAt: run.nominalAt,
  });
  expect(await again("current")).toMatchObject({
    kwargs: { n: 2, from: "schedule" },
    queue: "slow",
    nominalAt: run.nominalAt,
    periodicTask: { id: made.id },
  });
});

test("a waiting run is cancelled, a running one is asked to stop and can be ended by force", async () => {
  const waiting = await send();
  const cancelled = await root.call("PUT", `/runs/${waiting}/cancellation`);
  expect(cancelled.statusCode).toBe(200);
  expect(cancelled.json()).toMatchObject({ state: "cancelled" });
  const twice = await root.call("PUT", `/runs/${waiting}/cancellation`);
  expect(twice.statusCode).toBe(409);
  expect(twice.json().code).toBe("run_finished");

  const running = await send();
  const held = await begin();
  const asked = await root.call("PUT", `/runs/${running}/cancellation`);
  expect(asked.statusCode).toBe(202);
  expect(asked.json()).toMatchObject({ state: "running", cancelRequestedAt: admin.clock.now() });
  expect((await root.call("PUT", `/runs/${running}/termination`)).json()).toMatchObject({ state: "cancelled" });
  await finish(held, { state: "succeeded", result: 1 });
  expect(await read(`/runs/${running}`)).toMatchObject({
    state: "cancelled",
    error: { name: "Terminated" },
    attempts: [{ outcome: "late" }, { outcome: "cancelled" }],
  });
});

test("the list is filtered and paged by key over waiting and finished runs", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    ids.unshift(await send({ kwargs: { mark: `m${n}` }, queue: n === 5 ? "slow" : "default" }));
    await admin.clock.advance(1);
  }
  await finish(await begin(), { state: "failed", error: { name: "E", message: "broken pipe" } });
  await finish(await begin(), { state: "succeeded", result: "fine" });
  await begin();
  const listed = async (query: string) => (await read(`/runs?${query}`)).items.map(({ id }: { id: string }) => id);
  expect(await listed("")).toEqual(ids);
  expect(await listed("state=failed")).toEqual([ids[5]]);
  expect(await listed("state=failed,succeeded")).toEqual([ids[4], ids[5]]);
  expect(await listed("state=running")).toEqual([ids[3]]);
  expect(await listed("state=ready,failed")).toEqual([ids[0], ids[1], ids[2], ids[5]]);
  expect(await listed("queue=slow")).toEqual([ids[0]]);
  expect(await listed("task=tapp_a.hello")).toEqual(ids);
  expect(await listed("task=tapp_a.other")).toEqual([]);
  expect(await listed("q=m3")).toEqual([ids[2]]);
  expect(await listed("q=Broken%20pipe")).toEqual([ids[5]]);
  expect(await listed(`q=${ids[4]}`)).toEqual([ids[4]]);
  const [, second] = (await read("/runs?limit=2")).items;
  expect(await listed(`until=${second.queuedAt}`)).toEqual(ids.slice(1));
  expect(await listed(`since=${second.queuedAt}`)).toEqual(ids.slice(0, 2));

  const walked: string[] = [];
  for (let after = "", pages = 0; pages < 10; pages += 1) {
    const page = await read(`/runs?limit=2&count=true${after}`);
    expect(page.count).toEqual({ value: 6, capped: false });
    walked.push(...page.items.map(({ id }: { id: string }) => id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(walked).toEqual(ids);
});

test("a run's log is read in chunks until it is complete, and as a file", async () => {
  const id = await send();
  const run = await begin();
  const part = (text: string) => ({ runId: id, attempt: 1, at: admin.clock.now(), text });
  const { logs } = admin.testCatalog.parts;
  expect(await read(`/runs/${id}/logs`)).toEqual({ items: [], next: -1, complete: false });
  await logs.append([part("one\n"), part("zwei ✓\n")]);
  const first = await read(`/runs/${id}/logs`);
  expect(first).toMatchObject({ items: [{ chunk: 0, text: "one\n" }, { chunk: 1 }], next: 1, complete: false });
  await logs.append([part("three\n")]);
  await finish(run, { state: "succeeded" });
  expect(await read(`/runs/${id}/logs?after=${first.next}`)).toMatchObject({
    items: [{ chunk: 2 }],
    next: 2,
    complete: true,
  });
  const file = await root.call("GET", `/runs/${id}/log.txt`);
  expect(file.headers).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename="${id}.log"`,
  });
  expect(file.body).toBe("one\nzwei ✓\nthree\n");
});

test("a log is read line by line, by level and by attempt", async () => {
  const id = await send();
  const { logs } = admin.testCatalog.parts;
  const at = Date.UTC(2026, 0, 15, 12, 0, 1);
  await logs.append([
    { runId: id, attempt: 1, at, text: "12:00:00.250 INFO one\n12:00:00.500 ERROR broken\n" },
    { runId: id, attempt: 2, at, text: "12:00:00.750 WARN two\n" },
  ]);
  expect(await read(`/runs/${id}/log-lines?level=warn`)).toEqual({
    items: [
      { line: 2, at: at - 500, level: "error", attempt: 1, text: "broken" },
      { line: 3, at: at - 250, level: "warn", attempt: 2, text: "two" },
    ],
    next: 1,
    complete: false,
  });
  expect((await read(`/runs/${id}/log-lines?attempt=1&after=0`)).items).toEqual([]);
  expect((await root.call("GET", `/runs/${id}/log.txt?attempt=1&level=error`)).body).toBe(
    "12:00:00.500 ERROR broken\n",
  );
  expect((await root.call("GET", `/runs/${id}/log-lines?level=loud`)).statusCode).toBe(400);
});

test("a run shows the children that it sent", async () => {
  const id = await send();
  const { runs } = admin.testCatalog.parts;
  const parent = await runs.find(id);
  if (parent === undefined) throw new Error("the run is gone");
  await runs.add([{ ...parent, id: "child-1", parentId: id, rootId: id, origin: { kind: "task" } }]);
  expect((await read(`/runs/${id}`)).children).toEqual([{ id: "child-1", task: "tapp_a.hello", state: "ready" }]);
  expect(await read("/runs/child-1")).toMatchObject({ parentId: id, rootId: id, origin: "task" });
});

test("tasks, workers, queues and the health tell who does what", async () => {
  const gone = await admin.testCatalog.addProcess({ name: "gone", leaseMs: -1 });
  await admin.testCatalog.announce(gone, { task: "tapp_b.old", queue: "old" });
  await send({ queue: "slow" });
  await send();
  await begin();
  expect((await read("/tasks")).items).toMatchObject([
    { name: "tapp_a.hello", workers: 1, mixedVersions: false, inputSchema: null },
    { name: "tapp_b.old", workers: 0 },
  ]);
  expect((await read("/workers")).items).toMatchObject([
    { name: "w1", live: true, running: 1, queues: ["default"] },
    { name: "gone", live: false },
  ]);
  expect((await read("/queues")).items).toMatchObject([
    { name: "default", ready: 0, running: 1, workers: 1 },
    { name: "old", ready: 0, workers: 0 },
    { name: "slow", ready: 1, workers: 0, oldestReadyAt: admin.clock.now(), capped: false },
  ]);
  const paged = await read("/queues?limit=2");
  expect((await read(`/queues?limit=2&after=${paged.next}`)).items).toMatchObject([{ name: "slow" }]);
  expect(await read("/health")).toMatchObject({
    status: "warning",
    beats: 0,
    workers: 1,
    oldestDueMs: 0,
    queuesWithoutWorker: [{ queue: "slow", waiting: 1 }],
    problems: [{ code: "queue_without_worker", severity: "warning" }],
  });
});

test("a schedule that is late, and no beat, is an error of the health", async () => {
  const schedules = [{ kind: "interval", every: 10, period: "seconds" }];
  await root.call("POST", "/periodic-tasks", { name: "P", task: "tapp_a.hello", schedules });
  await admin.clock.advance(70_000);
  const health = await read("/health");
  expect(health).toMatchObject({ status: "error", oldestDueMs: 60_000 });
  expect(health.problems.map(({ code }: { code: string }) => code)).toEqual(["no_beat", "late"]);
});

test("the overview shows what fails, what runs and what comes next", async () => {
  const schedules = [{ kind: "interval", every: 10, period: "minutes" }];
  const { id } = (await root.call("POST", "/periodic-tasks", { name: "P", task: "tapp_a.hello", schedules })).json();
  const failed = (await root.call("POST", `/periodic-tasks/${id}/runs`)).json();
  expect((await read("/periodic-tasks?lastOutcome=ready")).items).toMatchObject([{ id }]);
  expect((await read("/periodic-tasks?lastOutcome=running")).items).toEqual([]);
  await finish(await begin(), { state: "failed", error: { name: "E", message: "no" } });
  const running = await send();
  await begin();
  expect(await read("/overview")).toMatchObject({
    failing: [{ periodicTaskId: id, name: "P", runId: failed.id, state: "failed" }],
    running: [{ id: running }],
    upcoming: [{ periodicTaskId: id, name: "P" }],
  });
  expect((await read("/periodic-tasks?lastOutcome=failed")).items).toMatchObject([
    { id, last: { runId: failed.id, durationMs: 50 } },
  ]);
});

test("schedules are listed, and previewed as they would fire", async () => {
  const schedules = [
    { kind: "interval", every: 10, period: "minutes", name: "often" },
    { kind: "crontab", expression: "30 2 * * *", zone: "America/New_York" },
  ];
  const { id } = (await root.call("POST", "/periodic-tasks", { name: "P", task: "tapp_a.hello", schedules })).json();
  const { items } = await read(`/schedules?periodicTaskId=${id}&count=true`);
  expect(items).toMatchObject([{ name: "often", periodicTaskId: id }, { zone: "America/New_York" }]);
  expect(await read(`/schedules/${items[1].id}`)).toMatchObject({ definition: schedules[1] && { kind: "crontab" } });
  const preview = await root.call("POST", "/schedules/preview", { ...schedules[1], count: 2 });
  expect(preview.statusCode).toBe(200);
  expect(preview.json()).toMatchObject({
    zone: "America/New_York",
    description: { en: "Every day at 02:30" },
    times: [{ local: "2026-01-16T02:30:00-05:00" }, { local: "2026-01-17T02:30:00-05:00" }],
    perYear: { value: 365, capped: false },
    warnings: [{ text: { en: expect.any(String), ja: expect.any(String) } }],
  });
});

test("all runs of a search are run again up to a cap, and what was is looked after", async () => {
  for (const kwargs of [{ n: 1 }, { n: 2 }, { n: 3 }]) {
    await send({ kwargs });
    admin.clock.jump(10);
    await finish(await begin(), { state: "failed", error: { name: "Error", message: "boom" } });
  }
  expect((await read("/runs?unhandled=true")).items).toHaveLength(3);
  const search = { task: "tapp_a.hello", cap: 2 };
  const asked = (path: string, body: object) => root.call("POST", `/run-searches/${path}`, body);
  expect((await asked("reruns", { ...search, dryRun: true })).json()).toEqual({
    matched: { value: 3, capped: false },
    taken: 2,
    done: 0,
    failures: [],
  });
  expect((await asked("reruns", search)).json()).toMatchObject({ taken: 2, done: 2, failures: [] });
  // The newest, in the order in which they were sent.
  expect([(await begin()).payload, (await begin()).payload]).toEqual([
    { args: [], kwargs: { n: 2 } },
    { args: [], kwargs: { n: 3 } },
  ]);
  const left = (await read("/runs?unhandled=true")).items;
  expect(left).toHaveLength(1);
  expect((await asked("settings-aside", { unhandled: true })).json()).toMatchObject({ done: 1 });
  expect((await read("/runs?unhandled=true")).items).toEqual([]);
  expect((await read("/runs?state=failed")).items).toHaveLength(3);
  expect((await asked("reruns", { state: "broken" })).statusCode).toBe(400);
});

test("a run's family is read as a tree", async () => {
  const id = await send();
  const { runs } = admin.testCatalog.parts;
  const now = admin.clock.now();
  const child = { task: "tapp_a.hello", payload: { args: [], kwargs: {} }, queue: "default", priority: 5, options: {} };
  const more = { origin: { kind: "task" as const }, availableAt: now, queuedAt: now, parentId: id, rootId: id };
  await runs.add([{ id: "child", ...child, ...more }]);
  const whole = await read("/runs/child/tree");
  expect(whole).toEqual(await read(`/runs/${id}/tree`));
  expect(whole).toMatchObject({
    rootId: id,
    lines: [
      { depth: 0, kind: "run", id, role: "start", state: "ready" },
      { depth: 1, kind: "run", id: "child", role: "child" },
    ],
  });
  expect((await root.call("GET", "/runs/nobody/tree")).statusCode).toBe(404);
});
