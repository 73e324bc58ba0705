import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAdminServer } from "../../../src/admin/server.ts";
import type { Json } from "../../../src/base/json.ts";
import type { OutgoingMessage } from "../../../src/broker/broker.ts";
import { createCatalog } from "../../../src/catalog/catalog.ts";
import { foreignWorkerId } from "../../../src/control/foreign-workers.ts";
import type { RemoteRequest } from "../../../src/control/remote-control.ts";
import { SqlForeignWorkers } from "../../../src/control/sql/sql-foreign-workers.ts";
import type { Envelope } from "../../../src/message/envelope.ts";
import { SqlObservedRuns } from "../../../src/run/sql/sql-observed-runs.ts";
import { openTestAdmin, type TestAdmin } from "../../support/admin.ts";

const NODE = "w1@python.example";
const id = foreignWorkerId(NODE);

let admin: TestAdmin;
let asked: RemoteRequest[];
let published: OutgoingMessage[];
let replies: Record<string, Json>;

beforeEach(async () => {
  admin = await openTestAdmin();
  asked = [];
  published = [];
  replies = {};
  const { parts } = admin.testCatalog;
  const catalog = createCatalog({
    ...parts,
    remote: {
      ask: async (request) => {
        asked.push(request);
        const reply = replies[request.command];
        return new Map(reply === undefined ? [] : [[NODE, reply]]);
      },
      tell: async (request) => void asked.push(request),
    },
    broker: {
      depth: async () => 0,
      purge: async () => 0,
      publish: async (messages) => {
        published.push(...messages);
        return messages.map(() => "confirmed" as const);
      },
    },
  });
  await admin.server.close();
  Object.assign(admin, { server: createAdminServer({ ...admin.app, catalog }) });
  await admin.server.ready();
  const now = admin.clock.now();
  await new SqlForeignWorkers(admin.database.db).seen([
    {
      node: NODE,
      pid: 7,
      seenAt: now,
      aliveUntil: now + 60_000,
      info: { sw_ident: "py-celery", queues: ["celery"], concurrency: 4 },
    },
  ]);
  await new SqlForeignWorkers(admin.database.db).announce(NODE, ["proj.add"], "celery", now);
});
afterEach(() => admin.close());

async function call(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) {
  const { headers } = await admin.withToken("admin");
  const answer = await admin.server.inject({
    method,
    url: `/api/v1${path}`,
    headers,
    ...(body !== undefined && { payload: body as object }),
  });
  return {
    status: answer.statusCode,
    body: answer.body === "" ? undefined : (answer.json() as Record<string, unknown>),
  };
}

describe("a worker of another kind", () => {
  it("stands among the workers, and its tasks and queues among the others", async () => {
    expect((await call("GET", "/workers")).body).toMatchObject({
      items: [
        { id, kind: "celery", name: NODE, host: "python.example", live: true, queues: ["celery"], concurrency: 4 },
      ],
    });
    expect((await call("GET", "/tasks")).body).toMatchObject({
      items: [{ name: "proj.add", inputSchema: null, queue: "celery", workers: 1 }],
    });
    expect((await call("GET", "/queues")).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: "celery", workers: 1 })]),
    });
    const sent = await call("POST", "/runs", { task: "proj.add", args: [1, 2], kwargs: { deep: true } });
    expect(sent).toMatchObject({ status: 201, body: { queue: "celery", warnings: [] } });
  });

  it("is looked at", async () => {
    replies = { stats: { total: { "proj.add": 3 } }, active: [], registered: ["proj.add"] };
    expect(await call("GET", `/workers/${id}/inspection`)).toMatchObject({
      status: 200,
      body: { node: NODE, answered: true, stats: { total: { "proj.add": 3 } }, active: [], reserved: null },
    });
    expect(asked.every(({ to }) => to?.join() === NODE)).toBe(true);
    replies = {};
    expect((await call("GET", `/workers/${id}/inspection`)).body).toMatchObject({ answered: false });
    expect((await call("GET", "/workers/999/inspection")).status).toBe(404);
  });

  it("is commanded, and told why not", async () => {
    replies = { pool_grow: { ok: "pool will grow" }, autoscale: { error: "ValueError('Autoscale not enabled')" } };
    const command = (name: string, given = {}) =>
      call("POST", `/workers/${id}/commands`, { command: name, arguments: given });
    expect((await command("pool_grow", { n: 2 })).body).toEqual({ kind: "ok", text: "pool will grow" });
    expect((await command("autoscale", { max: 3, min: 1 })).body).toMatchObject({ kind: "error" });
    expect((await command("shutdown")).body).toEqual({ kind: "silent", text: null });
    expect(await command("add_consumer", { queue: "" })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "/arguments/queue" }] },
    });
    expect((await command("rate_limit", { task_name: "proj.add", rate_limit: "ten" })).status).toBe(422);
    expect((await command("revoke", {})).status).toBe(422);
    await admin.addUser("looker", ["workers.view"]);
    const { headers } = await admin.withToken("looker");
    const refused = await admin.server.inject({
      method: "POST",
      url: `/api/v1/workers/${id}/commands`,
      headers,
      payload: { command: "shutdown" },
    });
    expect(refused.statusCode).toBe(403);
  });

  it("is told when a run is cancelled, and how", async () => {
    const now = admin.clock.now();
    const observed = new SqlObservedRuns(admin.database.db, admin.testCatalog.parts.runs);
    const facts = {
      task: "proj.add",
      payload: { args: [], kwargs: {} },
      argsRepr: "(<x>,)",
      kwargsRepr: "{}",
      inputUnknown: true,
    };
    const times = { queue: "celery", queuedAt: now, availableAt: now };
    await observed.apply([
      { id: "a", state: "running", worker: { id, name: NODE }, startedAt: now, facts: { ...facts, ...times } },
    ]);
    expect((await call("GET", "/runs/a")).body).toMatchObject({
      ...{ state: "running", worker: NODE, origin: "celery" },
      told: { args: "(<x>,)", inputUnknown: true },
    });
    expect((await call("PUT", "/runs/a/cancellation")).status).toBe(202);
    expect(asked.at(-1)).toEqual({ command: "revoke", arguments: { task_id: ["a"] } });
    expect((await call("PUT", "/runs/a/termination")).body).toMatchObject({ state: "cancelled" });
    expect(asked.at(-1)).toEqual({ command: "terminate", arguments: { task_id: ["a"] } });
    expect((await call("POST", "/runs/a/reruns")).body).toMatchObject({ code: "input_unknown", status: 409 });
  });
});

describe("refused messages", () => {
  const envelope = (body: string): Envelope => ({
    headers: { task: "proj.gone", id: "r1" },
    properties: { contentType: "application/json", contentEncoding: "utf-8" },
    body: Buffer.from(body),
  });
  const add = async (...bodies: string[]) => {
    const store = admin.testCatalog.parts.deadLetters;
    for (const body of bodies) {
      await store.add([
        {
          at: admin.clock.now(),
          queue: "celery",
          runId: "r1",
          task: "proj.gone",
          code: "unknown_task",
          why: "nobody knows it",
          envelope: envelope(body),
        },
      ]);
    }
    const { body } = await call("GET", "/dead-letters");
    return (body as { items: { id: number }[] }).items.map((letter) => letter.id);
  };

  it("are listed, and shown with what they hold", async () => {
    const [latest, first] = await add("[[1], {}, {}]", "\u0000\u0001");
    expect((await call("GET", "/dead-letters?limit=1")).body).toMatchObject({
      items: [{ id: latest, code: "unknown_task" }],
      next: expect.any(String),
    });
    expect((await call("GET", `/dead-letters/${first}`)).body).toMatchObject({
      ...{ task: "proj.gone", runId: "r1", queue: "celery", decoded: [[1], {}, {}], isCut: false },
      headers: { task: "proj.gone" },
    });
    expect((await call("GET", `/dead-letters/${latest}`)).body).toMatchObject({
      text: null,
      body: "AAE=",
      bodyBytes: 2,
    });
    expect((await call("GET", "/dead-letters/999")).status).toBe(404);
  });

  it("are sent again as they came, or removed", async () => {
    const [second, first] = await add("[[1], {}, {}]", "[[2], {}, {}]");
    expect((await call("POST", `/dead-letters/${first}/resend`)).status).toBe(204);
    expect(published).toMatchObject([{ queue: "celery", envelope: { headers: { task: "proj.gone" } } }]);
    expect(Buffer.from(published[0]?.envelope.body ?? []).toString()).toBe("[[1], {}, {}]");
    expect((await call("DELETE", `/dead-letters/${second}`)).status).toBe(204);
    expect((await call("GET", "/dead-letters")).body).toMatchObject({ items: [] });
    expect((await call("DELETE", `/dead-letters/${second}`)).status).toBe(404);
  });

  it("are not sent again where not all of them was kept", async () => {
    const [long] = await add(`["${"x".repeat(70_000)}"]`);
    expect(await call("POST", `/dead-letters/${long}/resend`)).toMatchObject({
      status: 409,
      body: { code: "dead_letter_cut" },
    });
    expect(published).toEqual([]);
  });
});

it("says so where there is no broker to ask over", async () => {
  const plain = await openTestAdmin();
  try {
    const worker = await plain.testCatalog.addProcess();
    const caller = await plain.withToken("admin");
    expect((await caller.call("GET", `/workers/${worker}/inspection`)).json()).toMatchObject({
      ...{ remote: false, answered: false, stats: null },
    });
    const command = { command: "shutdown" };
    expect((await caller.call("POST", `/workers/${worker}/commands`, command)).json()).toMatchObject({
      ...{ status: 409, code: "no_remote_control" },
    });
  } finally {
    await plain.close();
  }
});
