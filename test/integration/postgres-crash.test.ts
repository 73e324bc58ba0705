import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { MemoryBroker } from "../../src/broker/memory/memory-broker.ts";
import { openPostgresDatabase, type PostgresDatabase } from "../../src/database/postgres/postgres-database.ts";
import { BrokerInbox } from "../../src/run/broker-inbox.ts";
import { MessageCodec } from "../../src/run/message-codec.ts";
import { MessageSeal } from "../../src/run/message-seal.ts";
import { PostgresLogStore } from "../../src/run/postgres/postgres-log-store.ts";
import { PostgresRunStore } from "../../src/run/postgres/postgres-run-store.ts";
import type { ClaimedRun } from "../../src/run/run-store.ts";
import { SqlDeadLetterStore } from "../../src/run/sql/sql-dead-letter-store.ts";
import { SqlRunArchive } from "../../src/run/sql/sql-run-archive.ts";
import { UnrecordedRuns } from "../../src/run/unrecorded-runs.ts";
import { newRun, start, succeeded } from "../conformance/run/run-bench.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";

/** Its server writes what did not wait for the disk ten seconds later, and may just be doing that. */
const LOOKS = 3;
const carriage = { arrival: "unpublished", reports: false } as const;

let server: PostgresServer;
let database: PostgresDatabase;
let worker: number;

beforeAll(async () => {
  server = await startPostgresServer({ durable: true });
  database = await openPostgresDatabase({ url: server.url, applicationName: "test" });
  await database.migrate();
  await database.hot.query({ text: "alter system set wal_writer_delay = '10s'" });
  await database.hot.query({ text: "select pg_reload_conf()" });
});
afterAll(async () => {
  await database?.close();
  await server?.stop();
});
beforeEach(async () => {
  const { rows } = await database.hot.query<{ id: number }>({
    text: `insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
      values ('worker', 'w', 'h', 1, 0, ${start + 400 * 86_400_000}, 0, '{}') returning id`,
  });
  worker = rows[0]?.id ?? 0;
});

async function crash(): Promise<void> {
  await server.kill();
  await server.start();
  await eventually(() => database.hot.query({ text: "select 1" }).catch(() => undefined));
}

describe("a server that dies just after a claim", () => {
  it("leaves the run to whoever claims next, and lets nobody begin it who had it before", async () => {
    const runs = new PostgresRunStore(database.hot);
    for (let look = 1; ; look += 1) {
      const id = `claimed ${look}`;
      await runs.add([newRun(id)]);
      const request = { processId: worker, queues: ["default"], limit: 1, now: start };
      const [before] = await runs.claim(request);
      await crash();
      const state = (await runs.find(id))?.state;
      if (state !== "ready" && look < LOOKS) {
        await runs.finish([succeeded(before as ClaimedRun)]);
        continue;
      }
      expect(state).toBe("ready");
      const [after] = await runs.claim({ ...request, processId: worker + 1 });
      expect(after).toMatchObject({ id, claim: before?.claim });
      expect(await runs.begin([before as ClaimedRun], start)).toEqual([false]);
      expect(await runs.begin([after as ClaimedRun], start)).toEqual([true]);
      return;
    }
  });

  it("keeps a message unacknowledged until its run has a row that stays", async () => {
    const clock = new FakeClock(start);
    const broker = new MemoryBroker();
    const codec = new MessageCodec({ seal: new MessageSeal(async () => "a key of these tests"), origin: "gen1@host" });
    await codec.ready();
    const runs = new PostgresRunStore(database.hot, undefined, { carriage });
    const accept = runs.accept.bind(runs);
    let deaths = 0;
    // The server dies between the answer and the moment at which it would be on the disk.
    runs.accept = async (request) => {
      const accepted = await accept(request);
      if (deaths > 0) return accepted;
      deaths += 1;
      await crash();
      return { ...accepted, durable: Promise.reject(new Error("the server is away")) };
    };
    const acknowledged: string[] = [];
    const inbox = new BrokerInbox({
      ...{ codec, clock, logger: silentLogger, processId: worker, queues: ["default"], prefetch: 10 },
      runs,
      broker: {
        subscribe: async (options) => {
          const subscription = await broker.subscribe(options);
          const acknowledge = subscription.acknowledge.bind(subscription);
          return Object.assign(subscription, {
            acknowledge: async (deliveries: Parameters<typeof acknowledge>[0]) => {
              acknowledged.push(...deliveries.map(({ envelope }) => String(envelope.headers.id)));
              await acknowledge(deliveries);
            },
          });
        },
      },
      letters: new SqlDeadLetterStore(database.db, database.reader),
      unrecorded: new UnrecordedRuns({
        ...{ runs, clock, worker: "w" },
        logs: new PostgresLogStore(database.hot),
        archive: new SqlRunArchive(database.db),
      }),
      recordOf: () => "all",
      isKnownElsewhere: async () => false,
    });
    const options = { isRecorded: false, now: start };
    await broker.publish([codec.write({ ...newRun("from afar"), retries: 0 }, options)]);
    const [taken] = await inbox.take(1, new AbortController().signal);
    expect(taken?.id).toBe("from afar");
    const isAcknowledged = async () => {
      await clock.advance(500);
      return acknowledged.length > 0;
    };
    await eventually(isAcknowledged, { what: () => "the message to be acknowledged" });
    const run = await runs.find("from afar");
    // Forgotten, and written again for whoever takes it next; or kept, and still this worker's.
    expect(["unpublished", "running"]).toContain(run?.state);
    await crash();
    expect((await runs.find("from afar"))?.state).toBe(run?.state);
    await inbox.close();
    await broker.close();
  });
});
