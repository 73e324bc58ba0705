import { randomUUID } from "node:crypto";
import { systemClock } from "../../../src/base/clock.ts";
import { type Logger, silentLogger } from "../../../src/base/logger.ts";
import { createRedisBroker, type RedisBroker } from "../../../src/broker/redis/redis-broker.ts";
import type { RedisBrokerSettings } from "../../../src/broker/redis/redis-settings.ts";
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
