import { optionalPackage } from "../../base/optional-package.ts";

export type RedisDriver = typeof import("@redis/client");

/** Fails with `driver_missing`. */
export function loadRedisDriver(): Promise<RedisDriver> {
  return optionalPackage("@redis/client", "an address asks for Redis", () => import("@redis/client"));
}
