import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
let stop: AbortController;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
  stop = new AbortController();
  await admin.server.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  stop.abort();
  await admin.close();
});

/** Opens the stream, and gathers what it says. */
async function open(topics: string, caller = root) {
  const { port } = admin.server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api/v1/events?topics=${topics}`;
  const answer = await fetch(url, { headers: { ...caller.headers }, signal: stop.signal });
  let text = "";
  let isOver = false;
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) text += decoder.decode(part, { stream: true });
  };
  read()
    .catch(() => {})
    .finally(() => {
      isOver = true;
    });
  return { answer, text: () => text, isOver: () => isOver };
}

/** Lets time pass until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error("it did not come to be within 10 s");
    await admin.clock.advance(50);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a screen is told of what changed, by topic, and of nothing else", async () => {
  const runs = await open("runs,workers");
  const tasks = await open("periodic-tasks");
  expect(runs.answer.status).toBe(200);
  expect(runs.answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(runs.answer.headers.get("cache-control")).toBe("no-store");
  await until(() => runs.text().includes(": connected") && tasks.text().includes(": connected"));
  await admin.clock.advance(300);
  await root.call("POST", "/runs", { task: "tapp_a.hello" });
  await until(() => runs.text().includes("changed"));
  expect(runs.text()).toContain('event: changed\ndata: {"topics":["runs"]}\n\n');
  expect(tasks.text()).not.toContain("changed");

  const schedules = [{ kind: "interval", every: 1, period: "hours" }];
  await root.call("POST", "/periodic-tasks", { name: "P", task: "tapp_a.hello", schedules });
  await until(() => tasks.text().includes('{"topics":["periodic-tasks"]}'));
});

test("a run's own topic tells of its progress and its log", async () => {
  const worker = await admin.testCatalog.addProcess();
  const id = (await root.call("POST", "/runs", { task: "tapp_a.hello" })).json().id;
  const { runs, logs } = admin.testCatalog.parts;
  const [run] = await runs.claim({ processId: worker, queues: ["default"], limit: 1, now: admin.clock.now() });
  const stream = await open(`run:${id}`);
  const changes = () => stream.text().split("event: changed").length - 1;
  await until(() => stream.text().includes(": connected"));
  await admin.clock.advance(300);
  await runs.progress({ id, claim: run?.claim ?? 0 }, { current: 1, total: 2 });
  await until(() => changes() === 1);
  await logs.append([{ runId: id, attempt: 1, at: admin.clock.now(), text: "hello\n" }]);
  await until(() => changes() === 2);
});

test("it says that it is still there, and ends with the session", async () => {
  const stream = await open("runs");
  await until(() => stream.text().includes(": still there"));
  expect(stream.isOver()).toBe(false);
  await root.call("DELETE", "/session");
  await until(() => stream.isOver());
});

test("topics are told to whoever may see what they are about", async () => {
  await admin.addUser("viewer", ["periodic-tasks.view"]);
  const viewer = await admin.signIn("viewer");
  expect((await open("runs", viewer)).answer.status).toBe(403);
  expect((await open("runs,periodic-tasks", viewer)).answer.status).toBe(200);
  expect((await open("", viewer)).answer.status).toBe(400);
  expect((await open("runs", admin.nobody)).answer.status).toBe(401);
});

test("the server stops although screens listen", async () => {
  const streams = [await open("runs"), await open("workers")];
  await admin.server.close();
  await until(() => streams.every((stream) => stream.isOver()));
});
