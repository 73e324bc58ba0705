import { afterEach, beforeEach, expect, test } from "vitest";
import type { PauseView, QueueView, RunView } from "../../../src/admin/contract.ts";
import { type Caller, expecting, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeEach(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
});
afterEach(() => admin.close());

const call = expecting(() => root);

const send = async (queue: string, more: object = {}): Promise<string> => {
  const sent = await call("POST", "/runs", 201, { task: "tapp_a.hello", args: [], kwargs: {}, queue, ...more });
  return (sent as RunView).id;
};
const queueNamed = async (name: string): Promise<QueueView | undefined> => {
  const { items } = await call("GET", "/queues", 200);
  return (items as QueueView[]).find((queue) => queue.name === name);
};

test("a queue is paused with a reason that its runs tell, and resumed", async () => {
  const id = await send("slow/lane");
  const path = `/queues/${encodeURIComponent("slow/lane")}/pause`;
  await call("PUT", path, 200, { reason: "a deploy" });
  expect(await queueNamed("slow/lane")).toMatchObject({ ready: 1, paused: { by: "admin", reason: "a deploy" } });
  const run = (await call("GET", `/runs/${id}`, 200)) as RunView;
  expect(run.warnings.map(({ code }) => code)).toContain("queue_paused");
  const { items } = await call("GET", "/pauses", 200);
  expect(items as PauseView[]).toMatchObject([{ scope: "queue", scopeId: "slow/lane", label: "slow/lane" }]);
  expect(await call("GET", "/changes?limit=1", 200)).toMatchObject({ items: [{ action: "paused" }] });

  await call("DELETE", path, 204);
  expect((await queueNamed("slow/lane"))?.paused).toBeNull();
  expect(await call("DELETE", path, 404)).toMatchObject({ code: "not_found" });
  expect(await call("PUT", path, 422, { reason: "" })).toMatchObject({ errors: [{ path: "/reason" }] });
});

test("a purge says first what it cancels, and leaves what is to begin later unless it is asked for", async () => {
  const ids = [await send("q"), await send("q")];
  const later = await send("q", { at: admin.clock.now() + 3_600_000 });
  const other = await send("other");
  expect(await call("GET", "/queues/q/purge", 200)).toEqual({ runs: 2, messages: 0 });
  expect(await call("GET", "/queues/q/purge?scheduled=true", 200)).toEqual({ runs: 3, messages: 0 });
  expect(await call("POST", "/queues/q/purge", 200, {})).toEqual({ runs: 2, messages: 0 });
  const stateOf = async (id: string) => ((await call("GET", `/runs/${id}`, 200)) as RunView).state;
  expect(await Promise.all([...ids, later, other].map(stateOf))).toEqual([
    "cancelled",
    "cancelled",
    "scheduled",
    "ready",
  ]);
  expect(await call("POST", "/queues/q/purge", 200, { scheduled: true })).toEqual({ runs: 1, messages: 0 });
});

test("a worker and a host are drained and resumed", async () => {
  await call("POST", "/drains", 201, { scope: "host", name: "h1", reason: "maintenance" });
  const { items } = await call("GET", "/pauses", 200);
  expect(items).toMatchObject([{ scope: "host", scopeId: "h1", by: "admin", reason: "maintenance" }]);
  await call("DELETE", "/drains/host/h1", 204);
  expect(await call("DELETE", "/drains/host/h1", 404)).toMatchObject({ code: "not_found" });
});
