import type { RedisClientOptions, RedisClientType } from "@redis/client";
import { loadRedisDriver } from "./load-redis-driver.ts";

export type RedisSocket = NonNullable<RedisClientOptions["socket"]>;
type Version = 2 | 3;
type Options = Omit<RedisClientOptions, "RESP" | "modules" | "functions" | "scripts"> & {
  /** Of the protocol. Default: 2. */
  readonly RESP?: Version;
};

/** Never connected. */
const patterns = new Map<Version, RedisClientType>();

/**
 * A client that is not connected yet. The driver builds a class with a thousand methods for each client whose options differ from those of the one before,
 * which costs 20 ms and 10 MB each time; so there is one for each version of the protocol, and clients are copies of it.
 */
export async function newRedisClient({ RESP = 2, ...options }: Options): Promise<RedisClientType> {
  const { createClient } = await loadRedisDriver();
  // The driver can time commands out that wait to be written, by a signal and a timer for each that live for five seconds; links see to that themselves.
  const common = { disableClientInfo: true, maintNotifications: "disabled", commandOptions: { timeout: 0 } } as const;
  let pattern = patterns.get(RESP);
  if (pattern === undefined) {
    // The types know clients of one version alone.
    pattern = createClient({ ...common, RESP: RESP as 2 }) as unknown as RedisClientType;
    patterns.set(RESP, pattern);
  }
  return pattern.duplicate({ ...common, ...options }) as RedisClientType;
}
