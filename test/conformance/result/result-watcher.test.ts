import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { ResultWatcher } from "../../../src/client/result-watcher.ts";
import { createRedisResults } from "../../../src/result/redis/redis-results.ts";
import type { ResultBackend } from "../../../src/result/result-backend.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import type { NewRun } from "../../../src/run/run.ts";
import { SqlAwaitedRuns } from "../../../src/run/sql/sql-awaited-runs.ts";
import { SqlObservedRuns } from "../../../src/run/sql/sql-observed-runs.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";
import { openPostgresTestDatabase } from "../../support/postgres-database.ts";
import { type RedisServer, startRedisServer } from "../../support/redis-server.ts";
import { newId, recordOf, valueError } from "./result-records.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ forgetful: true });
});
afterAll(() => server?.stop());

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const options = { carriage: { arrival: "unpublished", reports: true } } as const;
const databases = {
  SQLite: async () => {
    const database = await openTestDatabase();
    return { database, runs: new SqliteRunStore(database.hot, () => {}, options) };
  },
  PostgreSQL: async () => {
    const database = await openPostgresTestDatabase();
    return { database, runs: new PostgresRunStore(database.hot, () => {}, options) };
  },
};

function runOf(part: Partial<NewRun> = {}): NewRun {
  const now = Date.now();
  return {
    id: newId(),
    task: "proj.add",
    payload: { args: [1, 2], kwargs: {} },
    ...{ queue: "celery", priority: 5, options: {}, origin: { kind: "api" }, availableAt: now, queuedAt: now },
    ...part,
  };
}

for (const [name, openDatabase] of Object.entries(databases)) {
  describe(`what workers of another kind brought, in ${name}`, () => {
    async function open() {
      const { database, runs } = await openDatabase();
      closing.push(() => database.close());
      const make = () => createRedisResults({ url: server.url, clock: systemClock, logger: silentLogger });
      const [results, python] = [make(), make()];
      closing.push(
        () => results.close(),
        () => python.close(),
      );
      const startWatcher = async (watched: Pick<ResultBackend, "watch" | "read"> = results) => {
        const watcher = new ResultWatcher({
          results: watched,
          awaited: new SqlAwaitedRuns(database.reader),
          observed: new SqlObservedRuns(database.db, runs),
          ...{ clock: systemClock, logger: silentLogger },
        });
        await watcher.start();
        closing.push(() => watcher.stop());
      };
      /** As the relay does when the broker has the message. */
      const publish = (sent: NewRun) => runs.add([sent], { publishedAt: Date.now() });
      const stateOf = async (id: string) => (await runs.find(id))?.state;
      return { runs, python, startWatcher, publish, stateOf, awaited: new SqlAwaitedRuns(database.reader) };
    }

    it("comes into the run's record: results, exceptions, revocations", async () => {
      const { runs, python, startWatcher, publish, stateOf } = await open();
      const [done, failed, revoked, expired, going] = [runOf(), runOf(), runOf(), runOf(), runOf()];
      for (const run of [done, failed, revoked, expired, going]) await publish(run);
      await startWatcher();
      await startWatcher();
      const why = (text: string) => ({
        exc_type: "TaskRevokedError",
        exc_message: [text],
        exc_module: "celery.exceptions",
      });
      await python.store([
        recordOf({ id: done.id, result: { sum: 3 } }),
        recordOf({ id: failed.id, state: "FAILURE", result: valueError, traceback: "Traceback …\nValueError" }),
        recordOf({ id: revoked.id, state: "REVOKED", result: why("terminated") }),
        recordOf({ id: expired.id, state: "REVOKED", result: why("expired") }),
        recordOf({ id: going.id, state: "RETRY", result: valueError }),
      ]);
      await eventually(async () => (await stateOf(done.id)) === "succeeded");
      expect((await runs.find(done.id))?.result).toEqual({ sum: 3 });
      await eventually(async () => (await stateOf(failed.id)) === "failed");
      expect((await runs.find(failed.id))?.error).toEqual({
        name: "ValueError",
        message: "('boom', 42)",
        stack: "Traceback …\nValueError",
      });
      await eventually(async () => (await stateOf(revoked.id)) === "cancelled");
      await eventually(async () => (await stateOf(expired.id)) === "expired");
      expect(await stateOf(going.id)).toBe("ready");
    });

    it("is found where nobody tells of it, and what was stored before anybody looked", async () => {
      const { python, startWatcher, publish, stateOf } = await open();
      const runs = Array.from({ length: 12 }, () => runOf());
      for (const run of runs) await publish(run);
      await python.store(runs.slice(0, 6).map(({ id }) => recordOf({ id })));
      const deaf = { add() {}, remove() {}, async [Symbol.asyncDispose]() {} };
      await startWatcher({ read: (ids) => python.read(ids), watch: () => deaf });
      await eventually(async () => (await stateOf(runs[5]?.id ?? "")) === "succeeded");
      await python.store(runs.slice(6).map(({ id }) => recordOf({ id })));
      await eventually(async () => (await stateOf(runs[11]?.id ?? "")) === "succeeded");
    });

    it("says nothing of a run that a worker of ours has, or whose message nobody has handed over", async () => {
      const { runs, python, startWatcher, publish, stateOf, awaited } = await open();
      const [ours, unpublished, foreign] = [runOf(), runOf(), runOf()];
      await publish(ours);
      const messages = [{ run: ours, retries: 0, isRecorded: true }];
      const { answers } = await runs.accept({ processId: 1, now: Date.now(), messages });
      const [answer] = answers;
      expect(answer?.kind).toBe("claimed");
      await runs.add([unpublished]);
      await publish(foreign);
      await python.store([ours, unpublished, foreign].map(({ id }) => recordOf({ id })));
      await startWatcher();
      await eventually(async () => (await stateOf(foreign.id)) === "succeeded");
      expect(await stateOf(ours.id)).toBe("running");
      expect(await stateOf(unpublished.id)).toBe("unpublished");
      expect(await awaited.list({ limit: 10 })).toEqual([]);
    });

    it("is waited for in the order of publishing, page by page", async () => {
      const { runs, awaited } = await open();
      const sent = Array.from({ length: 25 }, () => runOf());
      for (const [n, run] of sent.entries()) await runs.add([run], { publishedAt: 1_000 + Math.floor(n / 10) });
      const met: string[] = [];
      for (let page = await awaited.list({ limit: 7 }); page.length > 0; ) {
        met.push(...page.map(({ id }) => id));
        const after = page.at(-1);
        page = await awaited.list({ limit: 7, ...(after && { after }) });
      }
      expect(met).toEqual(sent.map(({ id }) => id));
    });
  });
}
