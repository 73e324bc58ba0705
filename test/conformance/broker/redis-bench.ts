import { randomUUID } from "node:crypto";
import { createClient } from "@redis/client";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { type Logger, silentLogger } from "../../../src/base/logger.ts";
import { createRedisBroker, type RedisBroker } from "../../../src/broker/redis/redis-broker.ts";
import type { RedisBrokerSettings } from "../../../src/broker/redis/redis-settings.ts";
import { type RedisServer, type RedisServerOptions, startRedisServer } from "../../support/redis-server.ts";
import type { BrokerBench } from "./broker-bench.ts";

export interface RedisBench extends BrokerBench {
  readonly broker: RedisBroker;
  another(settings?: Partial<RedisBrokerSettings>): Promise<RedisBroker>;
  readonly prefix: string;
}

/** Brokers on one server, under a prefix of their own. */
export async function openRedisBench(
  url: string,
  more: Partial<RedisBrokerSettings> = {},
  logger: Logger = silentLogger,
): Promise<RedisBench> {
  const prefix = more.keyPrefix ?? `${randomUUID()}-`;
  const brokers: RedisBroker[] = [];
  // A killed consumer's messages come back after its lease.
  const settings = { url, keyPrefix: prefix, leaseMs: 1_500, ...more };
  const another = async (own: Partial<RedisBrokerSettings> = {}) => {
    const broker = createRedisBroker({ ...settings, clock: systemClock, logger, ...own });
    brokers.push(broker);
    return broker;
  };
  return {
    broker: await another(),
    another,
    prefix,
    process: {
      module: new URL("../../../src/broker/redis/redis-broker.ts", import.meta.url).href,
      name: "createRedisBroker",
      settings,
    },
    async close() {
      for (const broker of brokers) await broker.close();
    },
  };
}

/** For the tests of a file: a server, a client of it that looks at what lies there, and for each of them brokers of its own. */
export function useRedis(options?: RedisServerOptions) {
  const at = {} as { server: RedisServer; redis: ReturnType<typeof createClient>; bench: RedisBench };
  beforeAll(async () => {
    at.server = await startRedisServer(options);
    at.redis = createClient({ url: at.server.url });
    at.redis.on("error", () => {});
    await at.redis.connect();
  });
  afterAll(async () => {
    at.redis?.destroy();
    await at.server?.stop();
  });
  beforeEach(async () => {
    at.bench = await openRedisBench(at.server.url);
  });
  afterEach(() => at.bench.close());
  return at;
}
