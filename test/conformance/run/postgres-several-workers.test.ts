import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PostgresPool } from "../../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../../src/database/postgres/postgres-settings.ts";
import { PostgresLogStore } from "../../../src/run/postgres/postgres-log-store.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { despiteKills, killConnections } from "../../support/connection-killer.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { type LossyProxy, startLossyProxy } from "../../support/lossy-proxy.ts";
import type { PostgresTestDatabase } from "../../support/postgres-database.ts";
import { leaseUntil, newRun, retry, start, succeeded } from "./run-bench.ts";

const emptied = emptiedPostgres();

describe("several workers on PostgreSQL", () => {
  let database: PostgresTestDatabase;
  let runs: PostgresRunStore;
  let pools: PostgresPool[] = [];
  let proxy: LossyProxy;

  beforeEach(async () => {
    database = await emptied();
    proxy = await startLossyProxy(database.url);
    runs = new PostgresRunStore(database.hot);
  });
  afterEach(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    pools = [];
    await proxy.close();
  });

  const count = async (text: string) => {
    const { rows } = await database.hot.query<{ count: number }>({ text: `select count(*) as count from ${text}` });
    return rows[0]?.count ?? 0;
  };

  function anotherPool(url = database.url): PostgresPool {
    const pool = new PostgresPool(database.driver, { url, applicationName: "worker" }, hotUse);
    pools.push(pool);
    return pool;
  }

  async function addProcess(name: string): Promise<number> {
    const { rows } = await database.hot.query<{ id: number }>({
      text: `insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ('worker', $1, 'host', 1, 0, $2, 0, '{}') returning id`,
      values: [name, leaseUntil],
    });
    return rows[0]?.id ?? 0;
  }

  it("claim from eight connections at once, and no run twice", async () => {
    const sent = Array.from({ length: 1_000 }, (_, n) =>
      newRun(`run ${n}`, { queue: n % 3 === 0 ? "mail" : "default" }),
    );
    await runs.add(sent);
    const ids = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const store = new PostgresRunStore(anotherPool());
        const processId = await addProcess(`worker-${n}`);
        const queues = n % 2 === 0 ? ["default", "mail"] : ["mail", "default"];
        const claimed: string[] = [];
        for (;;) {
          const claims = await store.claim({ processId, queues, limit: 30, now: start });
          if (claims.length === 0) return claimed;
          claimed.push(...claims.map(({ id }) => id));
        }
      }),
    );
    expect(ids.flat()).toHaveLength(1_000);
    expect(new Set(ids.flat()).size).toBe(1_000);
  });

  it("lose and double nothing when connections are cut between any two statements, and answers are lost", async () => {
    const total = 600;
    const executed = new Map<string, number>();
    proxy.lose(0.05, 80);
    const stop = killConnections(database.hot, "worker", { everyMs: 20, most: 40 });
    const send = async () => {
      const store = new PostgresRunStore(anotherPool(proxy.url));
      for (let n = 0; n < total; n += 20) {
        const some = Array.from({ length: 20 }, (_, i) =>
          newRun(`run ${n + i}`, { queue: i % 2 === 0 ? "mail" : "default", periodicTaskId: (n + i) % 7 }),
        );
        await despiteKills(() => store.add(some));
      }
    };
    const work = async (name: string) => {
      const store = new PostgresRunStore(anotherPool(proxy.url));
      const processId = await addProcess(name);
      const queues = ["default", "mail"];
      while ((await count("run_done")) < total) {
        const claims = await despiteKills(() => store.claim({ processId, queues, limit: 13, now: start }));
        const isHeld = await despiteKills(() => store.begin(claims, start));
        expect(isHeld).toEqual(claims.map(() => true));
        for (const { id } of claims) executed.set(id, (executed.get(id) ?? 0) + 1);
        const answers = await despiteKills(() => store.finish(claims.map((run) => succeeded(run, { by: name }))));
        expect(answers).toEqual(claims.map(() => "done"));
      }
    };
    try {
      await Promise.all([send(), ...["a", "b", "c"].map(work)]);
    } finally {
      expect(await stop()).toBeGreaterThan(0);
    }
    expect(proxy.lost).toBeGreaterThan(0);
    expect(executed.size).toBe(total);
    expect(Math.max(...executed.values())).toBe(1);
    expect(await count("run_live")).toBe(0);
    expect(await count("run_done where state = 'succeeded' and attempt = 1")).toBe(total);
    expect(await count("attempt")).toBe(0);
  });

  it("end what leaves nothing once, although answers are lost and nothing is left that shows who ended it", async () => {
    const total = 400;
    await runs.add(Array.from({ length: total }, (_, n) => newRun(`run ${n}`, { options: { record: "none" } })));
    const executed = new Set<string>();
    proxy.lose(0.1, 80);
    const work = async (name: string) => {
      const store = new PostgresRunStore(anotherPool(proxy.url));
      const processId = await addProcess(name);
      while ((await count("run_live")) > 0) {
        const claims = await despiteKills(() => store.claim({ processId, queues: ["default"], limit: 13, now: start }));
        for (const { id } of claims) {
          expect(executed.has(id)).toBe(false);
          executed.add(id);
        }
        const outcomes = claims.map((run) => ({ ...succeeded(run), unkept: true as const }));
        expect(await despiteKills(() => store.finish(outcomes))).toEqual(claims.map(() => "done"));
      }
    };
    await Promise.all(["a", "b", "c"].map(work));
    expect(proxy.lost).toBeGreaterThan(0);
    expect(executed.size).toBe(total);
    expect((await count("run_done")) + (await count("attempt"))).toBe(0);
  });

  it("are answered the same when they finish a second time, because the first answer was lost", async () => {
    const processId = await addProcess("worker-1");
    await runs.add([newRun("a"), newRun("b"), newRun("c")]);
    const [a, b, c] = await runs.claim({ processId, queues: ["default"], limit: 3, now: start });
    if (a === undefined || b === undefined || c === undefined) throw new Error("expected three claims");
    await runs.begin([a, b, c], start);
    const outcomes = [succeeded(a, 1), retry(b), { ...succeeded(c), state: "cancelled" as const }];
    expect(await runs.finish(outcomes)).toEqual(["done", "retrying", "done"]);
    expect(await runs.finish(outcomes)).toEqual(["done", "retrying", "done"]);
    expect(await count("attempt where outcome = 'late'")).toBe(0);
    expect(await runs.finish([succeeded(a, 2)])).toEqual(["fenced"]);
  });

  it("do not add a run again that another one is finishing at that moment", async () => {
    const processId = await addProcess("worker-1");
    await runs.add([newRun("a")]);
    const [run] = await runs.claim({ processId, queues: ["default"], limit: 1, now: start });
    if (run === undefined) throw new Error("nothing to claim");
    const connection = await anotherPool().connect();
    await connection.query("begin");
    await connection.query(`with gone as (delete from run_live where id = 'a' returning *)
      insert into run_done (id, task, queue, priority, state, input, options, origin, available_at, queued_at, attempt, retries, ended_at)
      select id, task, queue, priority, 'succeeded', input, options, origin, available_at, queued_at, 1, 0, 1 from gone`);
    const answers = runs.add([newRun("a"), newRun("b")]);
    await waitsForALock();
    await connection.query("commit");
    connection.release();
    expect(await answers).toEqual(["exists", "added"]);
    expect(await runs.claim({ processId, queues: ["default"], limit: 9, now: start })).toMatchObject([{ id: "b" }]);
  });

  it("keep each line of a log once, although its writer did not hear that it was kept", async () => {
    const logs = new PostgresLogStore(anotherPool(proxy.url));
    await logs.append([{ runId: "c", attempt: 1, at: start, text: "first\n" }]);
    proxy.lose(0.2, 30);
    for (let n = 0; n < 150; n += 1) {
      const parts = ["a", "b"].map((runId) => ({ runId, attempt: 1, at: start + n, text: `line ${n}\0\n` }));
      await despiteKills(() => logs.append(parts));
    }
    expect(proxy.lost).toBeGreaterThan(0);
    for (const runId of ["a", "b"]) {
      const chunks = await despiteKills(() => logs.read(runId, 0, 1_000));
      expect(chunks.map(({ chunk, firstLine, text }) => [chunk, firstLine, text])).toEqual(
        Array.from({ length: 150 }, (_, n) => [n, n + 1, `line ${n}\0\n`]),
      );
    }
  });

  async function waitsForALock(): Promise<void> {
    for (;;) {
      if ((await count("pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")) > 0) return;
    }
  }
});
