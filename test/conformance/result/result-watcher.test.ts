import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { ResultWatcher } from "../../../src/client/result-watcher.ts";
import type { Envelope } from "../../../src/message/envelope.ts";
import { createRedisResults } from "../../../src/result/redis/redis-results.ts";
import type { ResultBackend, ResultRecord } from "../../../src/result/result-backend.ts";
import { createRpcResults, type ResultBus } from "../../../src/result/rpc/rpc-results.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import type { NewRun } from "../../../src/run/run.ts";
import { SqlAwaitedRuns } from "../../../src/run/sql/sql-awaited-runs.ts";
import { SqlObservedRuns } from "../../../src/run/sql/sql-observed-runs.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake-clock.ts";
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
      const startWatcher = async (
        watched: Pick<ResultBackend, "watch" | "read"> = results,
        clock: Clock = systemClock,
      ) => {
        const watcher = new ResultWatcher({
          results: watched,
          awaited: new SqlAwaitedRuns(database.reader),
          observed: new SqlObservedRuns(database.db, runs),
          ...{ clock, logger: silentLogger },
        });
        await watcher.start();
        closing.push(() => watcher.stop());
        return watcher;
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

    it("is there before the run's row, where a result is only sent", async () => {
      const { startWatcher, publish, stateOf } = await open();
      const queues = new Map<string, (envelope: Envelope) => void>();
      const bus: ResultBus = {
        sendTo: async (queue, envelope) => queues.get(queue)?.(envelope),
        async receiveFrom(queue, hear) {
          queues.set(queue, hear);
          return { [Symbol.asyncDispose]: async () => void queues.delete(queue) };
        },
      };
      const clock = new FakeClock();
      const results = createRpcResults({ bus, replyTo: "ours", clock });
      const watcher = await startWatcher(results, clock);
      const [looked, awaited] = [runOf(), runOf()];
      await clock.advance(0);
      await results.store([looked, awaited].map(({ id }) => recordOf({ id, replyTo: "ours" })));
      await clock.advance(20);
      await publish(awaited);
      watcher.await(awaited.id);
      await eventually(async () => {
        await clock.advance(20);
        return (await stateOf(awaited.id)) === "succeeded";
      });
      await publish(looked);
      await eventually(async () => {
        await clock.advance(1_000);
        return (await stateOf(looked.id)) === "succeeded";
      });
    });

    it("is told of at once to whoever waits for it", async () => {
      const { startWatcher, publish, stateOf } = await open();
      const clock = new FakeClock();
      let tell: (record: ResultRecord) => void = () => {};
      const watched: string[] = [];
      const backend: Pick<ResultBackend, "watch" | "read"> = {
        read: async (ids) => ids.map(() => undefined),
        watch: (hear) => {
          tell = hear;
          return { add: (id) => void watched.push(id), remove() {}, async [Symbol.asyncDispose]() {} };
        },
      };
      const watcher = await startWatcher(backend, clock);
      const run = runOf();
      await publish(run);
      watcher.await(run.id);
      watcher.await(run.id);
      expect(watched).toEqual([run.id]);
      tell(recordOf({ id: run.id }));
      await eventually(async () => {
        await clock.advance(20);
        return (await stateOf(run.id)) === "succeeded";
      });
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
