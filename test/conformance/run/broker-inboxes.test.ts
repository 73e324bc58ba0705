import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { LocalWake } from "../../../src/base/wake.ts";
import type { Broker } from "../../../src/broker/broker.ts";
import { MemoryBroker } from "../../../src/broker/memory/memory-broker.ts";
import { createRabbitBroker } from "../../../src/broker/rabbitmq/rabbit-broker.ts";
import { createRedisBroker } from "../../../src/broker/redis/redis-broker.ts";
import { BrokerInbox } from "../../../src/run/broker-inbox.ts";
import { MessageCodec } from "../../../src/run/message-codec.ts";
import { MessageSeal } from "../../../src/run/message-seal.ts";
import { Relay } from "../../../src/run/relay.ts";
import { SqlDeadLetterStore } from "../../../src/run/sql/sql-dead-letter-store.ts";
import { SqlRunArchive } from "../../../src/run/sql/sql-run-archive.ts";
import { SqliteLogStore } from "../../../src/run/sqlite/sqlite-log-store.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { UNPUBLISHED_TOPIC } from "../../../src/run/topics.ts";
import { UnrecordedRuns } from "../../../src/run/unrecorded-runs.ts";
import { openTestDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { ownVirtualHost, RABBITMQ_STARTS_WITHIN_MS } from "../../support/rabbitmq.ts";
import { type RedisServer, startRedisServer } from "../../support/redis-server.ts";
import { describeInbox, type InboxBench } from "./describe-inbox.ts";
import { start } from "./run-bench.ts";

const carriage = { arrival: "unpublished", reports: false } as const;

/** An inbox beside a relay: what is sent has gone through the broker. */
async function bench(broker: Broker): Promise<InboxBench> {
  const database = await openTestDatabase();
  const { hot, db, reader } = database;
  hot
    .prepare(
      "insert into process (id, kind, name, host, pid, started_at, lease_until, loop_lag, info) values (1, 'worker', 'w', 'h', 1, 0, ?, 0, '{}')",
    )
    .run(start + 400 * 86_400_000);
  const clock = new FakeClock(start);
  const wake = new LocalWake();
  const runs = new SqliteRunStore(hot, undefined, { carriage, tellUnpublished: () => wake.tell(UNPUBLISHED_TOPIC) });
  const quiet = new SqliteRunStore(hot, undefined, { carriage });
  const letters = new SqlDeadLetterStore(db, reader);
  const codec = new MessageCodec({ seal: new MessageSeal(async () => "a key of these tests"), origin: "gen1@host" });
  const shared = { broker, runs, codec, letters, clock, logger: silentLogger };
  const relay = new Relay({ ...shared, wake, random: systemRandom });
  let asked = 0;
  let receiving = 0;
  const subscribe: Broker["subscribe"] = async (options) => {
    const subscription = await broker.subscribe(options);
    return Object.create(subscription, {
      receive: {
        value: async (limit: number, signal: AbortSignal) => {
          asked += 1;
          receiving += 1;
          return subscription.receive(limit, signal).finally(() => {
            receiving -= 1;
          });
        },
      },
      acknowledge: { value: subscription.acknowledge.bind(subscription) },
      refuse: { value: subscription.refuse.bind(subscription) },
      [Symbol.asyncDispose]: { value: subscription[Symbol.asyncDispose].bind(subscription) },
    });
  };
  const inbox = new BrokerInbox({
    ...shared,
    broker: { subscribe },
    unrecorded: new UnrecordedRuns({
      ...{ runs, clock, worker: "w" },
      logs: new SqliteLogStore(hot),
      archive: new SqlRunArchive(db),
    }),
    processId: 1,
    queues: ["default"],
    prefetch: 10,
    recordOf: () => "all",
    isKnownElsewhere: async () => false,
  });
  await relay.start();
  const stateOf = async (id: string) => (await runs.find(id))?.state;
  return {
    ...{ inbox, clock, stateOf },
    keepsPriorities: broker.capabilities.priorities,
    async send(run, quietly = false) {
      await (quietly ? quiet : runs).add([run]);
      const isHandedOver = async () => (await stateOf(run.id)) !== "unpublished";
      if (!quietly) await eventually(isHandedOver, { what: () => `run '${run.id}' to be handed over` });
    },
    asked: () => asked,
    sleeps: () => receiving > 0 && clock.waiting > 0,
    leftBehind: () => receiving,
    async close() {
      const stopped = relay.stop();
      await clock.advance(10_000);
      await stopped;
      await inbox.close();
      await broker.close();
      await database.close();
    },
  };
}

describeInbox("a broker in memory", () => bench(new MemoryBroker()));

describe("with Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer({ forgetful: true });
  });
  afterAll(() => server?.stop());

  describeInbox("Redis", () => {
    const settings = { url: server.url, keyPrefix: `${randomUUID()}-` };
    return bench(createRedisBroker({ ...settings, clock: systemClock, logger: silentLogger }));
  });
});

describe("with RabbitMQ", () => {
  let url = "";
  beforeAll(async () => {
    url = await ownVirtualHost();
  }, RABBITMQ_STARTS_WITHIN_MS);

  describeInbox("RabbitMQ", async () => {
    const broker = createRabbitBroker({ url, clock: systemClock, logger: silentLogger });
    for (const queue of ["default", "mail"]) await broker.purge(queue).catch(() => 0);
    return bench(broker);
  });
});
