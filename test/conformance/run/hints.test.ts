import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { MemoryBroker, MemoryBrokerServer } from "../../../src/broker/memory/memory-broker.ts";
import { createRabbitBroker } from "../../../src/broker/rabbitmq/rabbit-broker.ts";
import { createRedisBroker } from "../../../src/broker/redis/redis-broker.ts";
import { ownVirtualHost, RABBITMQ_STARTS_WITHIN_MS } from "../../support/rabbitmq.ts";
import { type RedisServer, startRedisServer } from "../../support/redis-server.ts";
import { describeHints } from "./describe-hints.ts";

const surroundings = { clock: systemClock, logger: silentLogger };

describeHints("a broker in memory", async () => {
  const server = new MemoryBrokerServer();
  return {
    open: () => new MemoryBroker(server),
    async lose(broker) {
      await broker.purge("default");
    },
  };
});

describe("with Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer({ forgetful: true });
  });
  afterAll(() => server?.stop());

  describeHints("Redis", async () => {
    const keyPrefix = `${randomUUID()}-`;
    return {
      open: () => createRedisBroker({ ...surroundings, url: server.url, keyPrefix }),
      async lose() {
        await server.kill();
        await server.start({ empty: true });
      },
    };
  });
});

describe("with RabbitMQ", () => {
  let url = "";
  beforeAll(async () => {
    url = await ownVirtualHost();
  }, RABBITMQ_STARTS_WITHIN_MS);

  describeHints("RabbitMQ", async () => {
    const open = () => createRabbitBroker({ ...surroundings, url });
    const broker = open();
    await broker.publish([]);
    await broker.purge("default").catch(() => 0);
    await broker.close();
    return {
      open,
      async lose(own) {
        await own.purge("default");
      },
    };
  });
});
