import { redisProgram } from "../../scripts/redis.mjs";
import { type RedisServer, startRedisServer as startServer } from "../../test/support/redis-server.ts";

/** A Redis of its own, as the peers are measured on: nothing is written to the disk. Undefined where none is installed or can be. */
export async function startRedisServer(): Promise<RedisServer | undefined> {
  return (await redisProgram()) === undefined ? undefined : startServer({ forgetful: true });
}
