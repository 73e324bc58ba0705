import { afterAll, beforeAll } from "vitest";
import { RedisBroker } from "../../../src/broker/redis/redis-broker.ts";
import { type RedisServer, startRedisServer } from "../../support/redis-server.ts";
import { describeBroker } from "./describe-broker.ts";
import { openRedisBench } from "./redis-bench.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server?.stop());

describeBroker("on Redis", { ...RedisBroker.capabilities, givesBackInFront: true }, () => openRedisBench(server.url));
