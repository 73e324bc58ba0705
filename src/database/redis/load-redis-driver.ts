import { HyoshiError } from "../../base/error.ts";

export type RedisDriver = typeof import("@redis/client");

/** The driver is an optional peer: it is imported when an address asks for Redis, and not before. Fails with `driver_missing`. */
export async function loadRedisDriver(): Promise<RedisDriver> {
  try {
    return await import("@redis/client");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) throw cause;
    throw new HyoshiError(
      "driver_missing",
      "an address asks for Redis, whose driver '@redis/client' is not installed: run 'npm install @redis/client' in the project",
      { cause, fields: { package: "@redis/client" } },
    );
  }
}
