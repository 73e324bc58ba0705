import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { foreignWorkerId } from "../../../src/control/foreign-workers.ts";
import { SqlForeignWorkers } from "../../../src/control/sql/sql-foreign-workers.ts";
import { SqlProcessReader } from "../../../src/control/sql/sql-process-reader.ts";
import { displayedResult } from "../../../src/message/displayed-result.ts";
import {
  END_UNKNOWN,
  type ObservedFacts,
  type ObservedRun,
  type ObservedRuns,
} from "../../../src/run/observed-runs.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import type { NewRun } from "../../../src/run/run.ts";
import type { RunStore } from "../../../src/run/run-store.ts";
import { SqlObservedRuns } from "../../../src/run/sql/sql-observed-runs.ts";
import { SqlRunReader } from "../../../src/run/sql/sql-run-reader.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { openPostgresTestDatabase } from "../../support/postgres-database.ts";

const at = Date.UTC(2026, 0, 1);
const NODE = "w1@python.example";
const worker = { id: foreignWorkerId(NODE), name: NODE };
const facts: ObservedFacts = {
  task: "proj.add",
  payload: { args: [1, 2], kwargs: {} },
  argsRepr: "(1, 2)",
  kwargsRepr: "{}",
  inputUnknown: false,
  queue: "celery",
  queuedAt: at,
  availableAt: at,
};
const sent = (id: string, more: Partial<NewRun> = {}): NewRun => ({
  ...{ id, task: "proj.add", payload: { args: [1, 2], kwargs: {} }, queue: "celery", priority: 5, options: {} },
  ...{ origin: { kind: "api" }, availableAt: at, queuedAt: at },
  ...more,
});

const open = {
  SQLite: async () => {
    const database = await openTestDatabase();
    return { database, runs: new SqliteRunStore(database.hot) as RunStore };
  },
  PostgreSQL: async () => {
    const database = await openPostgresTestDatabase();
    return { database, runs: new PostgresRunStore(database.hot) as RunStore };
  },
};

describe.each(["SQLite", "PostgreSQL"] as const)("runs that another's worker executes, on %s", (name) => {
  let opened: Awaited<ReturnType<(typeof open)[typeof name]>>;
  let runs: RunStore;
  let observed: ObservedRuns;
  let read: SqlRunReader;
  beforeEach(async () => {
    opened = await open[name]();
    runs = opened.runs;
    observed = new SqlObservedRuns(opened.database.db, runs);
    read = new SqlRunReader(opened.database.db);
    await new SqlForeignWorkers(opened.database.db).seen([
      { node: NODE, pid: 7, seenAt: at, aliveUntil: at + 10_000, info: { sw_ident: "py-celery" } },
    ]);
  });
  afterEach(() => opened.database.close());

  const tell = async (run: ObservedRun) => (await observed.apply([run]))[0];

  it("are shown from the moment that they are received until they have ended", async () => {
    expect(await tell({ id: "a", state: "ready", facts, worker, retries: 0 })).toBe("applied");
    expect(await read.find("a")).toMatchObject({
      ...{ state: "ready", task: "proj.add", queue: "celery", origin: { kind: "celery" }, attempt: 0 },
      payload: { args: [1, 2], kwargs: {} },
    });
    expect(await tell({ id: "a", state: "running", worker, startedAt: at + 10 })).toBe("applied");
    expect(await read.find("a")).toMatchObject({ state: "running", worker: NODE, startedAt: at + 10, attempt: 1 });
    const { items } = await read.list({ states: ["running"], limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["a"]);
    expect(await tell({ id: "a", state: "succeeded", worker, endedAt: at + 60, result: 3 })).toBe("applied");
    expect(await read.find("a")).toMatchObject({
      ...{ state: "succeeded", worker: NODE, startedAt: at + 10, endedAt: at + 60, attempt: 1, result: 3 },
    });
  });

  it("may be told twice, late and in any order, and only go forward", async () => {
    const started: ObservedRun = { id: "a", state: "running", facts, worker, retries: 0, startedAt: at + 10 };
    const ended: ObservedRun = {
      id: "a",
      state: "failed",
      facts,
      worker,
      endedAt: at + 60,
      error: { name: "ValueError", message: "boom" },
    };
    expect(await tell(started)).toBe("applied");
    expect(await tell(started)).toBe("known");
    expect(await tell({ ...started, state: "ready" })).toBe("known");
    expect(await tell(ended)).toBe("applied");
    expect(await tell(ended)).toBe("known");
    expect(await tell(started)).toBe("known");
    expect(await tell({ ...ended, state: "succeeded", result: 1 })).toBe("known");
    expect(await read.find("a")).toMatchObject({ state: "failed", error: { name: "ValueError", message: "boom" } });
  });

  it("are told by several observers at once as if by one", async () => {
    const all = Array.from({ length: 50 }, (_, n): ObservedRun[] => [
      { id: `r${n}`, state: "running", facts, worker, retries: 0, startedAt: at + n },
      { id: `r${n}`, state: "succeeded", facts, worker, retries: 0, startedAt: at + n, endedAt: at + n + 5 },
    ]).flat();
    const other = new SqlObservedRuns(opened.database.db, runs);
    await Promise.all([observed.apply(all), other.apply([...all].reverse()), observed.apply(all)]);
    const { items } = await read.list({ limit: 100 });
    expect(items).toHaveLength(50);
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(["succeeded"]));
  });

  it("get what was not known of their end, and nothing else, afterwards", async () => {
    await tell({ id: "a", state: "succeeded", facts, worker, startedAt: at, endedAt: at + 5 });
    expect(await tell({ id: "a", state: "succeeded", endedAt: at + 9, result: { n: 1 } })).toBe("applied");
    expect(await tell({ id: "a", state: "succeeded", endedAt: at + 9, result: { n: 2 } })).toBe("known");
    expect(await read.find("a")).toMatchObject({ result: { n: 1 }, endedAt: at + 5 });
  });

  it("get their result in place of its display text, and not the other way round", async () => {
    const ended: ObservedRun = { id: "a", state: "succeeded", worker, startedAt: at, endedAt: at + 5 };
    await tell({ ...ended, facts, result: displayedResult("<a thing>") });
    expect(await tell({ ...ended, result: displayedResult("<another thing>") })).toBe("known");
    expect((await read.find("a"))?.result).toEqual(displayedResult("<a thing>"));
    expect(await tell({ ...ended, result: { n: 1 } })).toBe("applied");
    expect(await tell({ ...ended, result: displayedResult("<a thing>") })).toBe("known");
    expect((await read.find("a"))?.result).toEqual({ n: 1 });
  });

  it("are tried again under the same id", async () => {
    await tell({ id: "a", state: "running", facts, worker, retries: 0, startedAt: at + 10 });
    const error = { name: "OSError", message: "away" };
    const retried = [{ number: 1, startedAt: at + 10, endedAt: at + 20, error }];
    expect(await tell({ id: "a", state: "ready", worker, retries: 1, retried })).toBe("applied");
    expect(await tell({ id: "a", state: "ready", worker, retries: 1, retried })).not.toBe("unknown");
    expect(await read.find("a")).toMatchObject({ state: "ready", attempt: 1, startedAt: at + 10 });
    await tell({ id: "a", state: "running", worker, retries: 1, startedAt: at + 50 });
    await tell({ id: "a", state: "succeeded", worker, retries: 1, startedAt: at + 50, endedAt: at + 60 });
    expect(await read.find("a")).toMatchObject({ state: "succeeded", attempt: 2, startedAt: at + 10 });
    expect(await read.attempts("a")).toMatchObject([{ number: 1, outcome: "retried", worker: NODE, error }]);
  });

  it("stay unknown where nothing says what they are", async () => {
    expect(await tell({ id: "a", state: "running", worker, startedAt: at })).toBe("unknown");
    expect(await tell({ id: "a", state: "succeeded", endedAt: at })).toBe("unknown");
    expect(await read.find("a")).toBeUndefined();
  });

  it("are hyoshi's own where hyoshi sent them", async () => {
    const lock = { key: "task:1", limit: 1, rule: "queue" as const, queue: 10 };
    await runs.add([sent("a", { lock }), sent("b", { lock })]);
    expect(await runs.find("b")).toMatchObject({ state: "held" });
    await tell({
      id: "a",
      state: "running",
      facts: { ...facts, task: "other" },
      worker,
      retries: 0,
      startedAt: at + 10,
    });
    expect(await read.find("a")).toMatchObject({
      state: "running",
      task: "proj.add",
      worker: NODE,
      origin: { kind: "api" },
    });
    await tell({ id: "a", state: "succeeded", endedAt: at + 20, result: 3 });
    expect(await read.find("a")).toMatchObject({ state: "succeeded", worker: NODE, result: 3 });
    // What waited for its end takes its place.
    expect(await runs.find("b")).toMatchObject({ state: "ready" });
  });

  it("are cancelled where they were revoked before they began", async () => {
    await runs.add([sent("a")]);
    await tell({ id: "a", state: "cancelled", worker, endedAt: at + 5 });
    const run = await read.find("a");
    expect(run).toMatchObject({ state: "cancelled", endedAt: at + 5 });
    expect(run?.startedAt).toBeUndefined();
    await tell({ id: "b", state: "expired", facts, worker, endedAt: at + 5 });
    expect(await read.find("b")).toMatchObject({ state: "expired" });
  });

  it("are left to a worker of ours that has them", async () => {
    await runs.add([sent("a")]);
    expect(await runs.claim({ processId: 12, queues: ["celery"], limit: 1, now: at })).toHaveLength(1);
    expect(await tell({ id: "a", state: "succeeded", worker, endedAt: at + 5 })).toBe("ours");
    expect(await runs.find("a")).toMatchObject({ state: "running", processId: 12 });
  });

  const lost = (id: string, startedAt: number): ObservedRun => ({
    ...{ id, state: "lost", worker, startedAt, endedAt: at + 90_000 },
    error: { name: END_UNKNOWN, message: "its worker is gone" },
  });

  it("are listed as long as no end is told", async () => {
    for (const id of ["c", "a", "b"]) {
      await tell({ id, state: "running", facts, worker, retries: 0, startedAt: at + 10 });
    }
    await tell({ id: "d", state: "ready", facts, worker, retries: 0 });
    await tell({ id: "c", state: "succeeded", worker, endedAt: at + 20 });
    await runs.add([sent("ours")]);
    await runs.claim({ processId: 12, queues: ["celery"], limit: 9, now: at });
    const entry = { worker, aliveUntil: at + 10_000, startedAt: at + 10 };
    expect(await observed.begunElsewhere({ limit: 1 })).toEqual([{ id: "a", ...entry }]);
    expect(await observed.begunElsewhere({ limit: 9, after: "a" })).toEqual([{ id: "b", ...entry }]);
  });

  it("take a told end in place of one that was concluded", async () => {
    await tell({ id: "a", state: "running", facts, worker, retries: 0, startedAt: at + 10 });
    expect(await tell(lost("a", at + 10))).toBe("applied");
    expect(await read.find("a")).toMatchObject({ state: "lost", error: { name: END_UNKNOWN }, endedAt: at + 90_000 });
    expect(await tell(lost("a", at + 10))).toBe("known");
    expect(await tell({ id: "a", state: "running", facts, worker, startedAt: at + 95_000 })).toBe("known");
    const other = { id: foreignWorkerId("w2@python.example"), name: "w2@python.example" };
    const ended: ObservedRun = { id: "a", state: "succeeded", worker: other, endedAt: at + 99_000, result: 3 };
    expect(await tell(ended)).toBe("applied");
    expect(await tell({ ...ended, state: "failed", error: { name: "ValueError", message: "late" } })).toBe("known");
    const run = await read.find("a");
    expect(run).toMatchObject({ state: "succeeded", result: 3, worker: other.name, endedAt: at + 99_000 });
    expect(run?.error).toBeUndefined();
  });

  it("are not concluded to have ended where they have gone on", async () => {
    await tell({ id: "a", state: "running", facts, worker, retries: 0, startedAt: at + 10 });
    await tell({ id: "a", state: "ready", worker, retries: 1 });
    expect(await tell(lost("a", at + 10))).toBe("known");
    await tell({ id: "a", state: "running", worker, retries: 1, startedAt: at + 50 });
    expect(await tell(lost("a", at + 10))).toBe("known");
    expect(await read.find("a")).toMatchObject({ state: "running" });
  });

  it("are with another worker where the broker has handed them on", async () => {
    const other = { id: foreignWorkerId("w2@python.example"), name: "w2@python.example" };
    await new SqlForeignWorkers(opened.database.db).seen([
      { node: other.name, pid: 8, seenAt: at, aliveUntil: at + 10_000, info: {} },
    ]);
    await tell({ id: "a", state: "running", facts, worker, retries: 0, startedAt: at + 10 });
    expect(await tell({ id: "a", state: "running", worker: other, retries: 0, startedAt: at + 50 })).toBe("applied");
    expect(await tell({ id: "a", state: "running", worker, retries: 0, startedAt: at + 10 })).toBe("known");
    expect(await read.find("a")).toMatchObject({ state: "running", worker: other.name });
  });

  it("are not given back when their worker is no longer heard of", async () => {
    await tell({ id: "a", state: "running", facts, worker, retries: 0, startedAt: at + 10 });
    const workers = new SqlForeignWorkers(opened.database.db);
    await workers.left(NODE, at + 1_000);
    await runs.sweep(at + 60_000);
    await runs.sweep(at + 120_000);
    await workers.forget(at + 120_000);
    expect(await read.find("a")).toMatchObject({ state: "running", worker: NODE });
    await tell({ id: "a", state: "lost", endedAt: at + 130_000, error: { name: "WorkerLostError", message: "gone" } });
    await workers.forget(at + 120_000);
    expect(await new SqlProcessReader(opened.database.db).processes()).toEqual([]);
  });
});

describe.each(["SQLite", "PostgreSQL"] as const)("workers of another kind, on %s", (name) => {
  let opened: Awaited<ReturnType<(typeof open)[typeof name]>>;
  let workers: SqlForeignWorkers;
  let read: SqlProcessReader;
  beforeEach(async () => {
    opened = await open[name]();
    workers = new SqlForeignWorkers(opened.database.db);
    read = new SqlProcessReader(opened.database.db);
  });
  afterEach(() => opened.database.close());

  it("are one process each, however often and by whom they are told", async () => {
    const seen = { node: NODE, pid: 7, seenAt: at, aliveUntil: at + 6_000, info: { processed: 1 } };
    await Promise.all([workers.seen([seen]), workers.seen([seen])]);
    await workers.seen([{ ...seen, seenAt: at + 2_000, aliveUntil: at + 8_000, info: { processed: 2 } }]);
    expect(await read.processes()).toMatchObject([
      {
        kind: "celery",
        name: NODE,
        host: "python.example",
        pid: 7,
        startedAt: at,
        leaseUntil: at + 8_000,
        info: { processed: 2 },
      },
    ]);
  });

  it("announce names, and where their runs go", async () => {
    await workers.announce(NODE, ["proj.b", "proj.a"], "celery", at);
    expect(
      (await read.announcements()).map(({ task, queue, inputSchema }) => [task, queue, inputSchema]).sort(),
    ).toEqual([
      ["proj.a", "celery", null],
      ["proj.b", "celery", null],
    ]);
    await workers.announce(NODE, ["proj.b", "proj.c"], "other", at + 1);
    expect((await read.announcements()).map(({ task, queue }) => [task, queue]).sort()).toEqual([
      ["proj.b", "other"],
      ["proj.c", "other"],
    ]);
  });
});
