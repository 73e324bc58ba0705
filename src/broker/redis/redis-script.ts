import { createHash } from "node:crypto";
import { messageOf } from "../../base/error.ts";
import type { RedisClient } from "./redis-link.ts";

export interface RedisScript {
  readonly text: string;
  readonly hash: string;
}

export function redisScript(text: string): RedisScript {
  return { text, hash: createHash("sha1").update(text).digest("hex") };
}

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly values: readonly (string | Buffer)[];
}

type CommandOptions = Parameters<RedisClient["sendCommand"]>[1];

/** `$` marks a text in Redis's protocol. What others have written may be anything. */
const TEXT = 36;
export const AS_BYTES: CommandOptions = { typeMapping: { [TEXT]: Buffer } };

/** Runs a script by its hash, and sends it whole to a server that does not know it. */
export async function runScript(
  client: RedisClient,
  { text, hash }: RedisScript,
  { keys, values }: ScriptCall,
  options?: CommandOptions,
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...values];
  try {
    return await client.sendCommand(["EVALSHA", hash, ...rest], options);
  } catch (error) {
    if (!messageOf(error).startsWith("NOSCRIPT")) throw error;
    return client.sendCommand(["EVAL", text, ...rest], options);
  }
}

/**
 * For scripts that write after they have read the time: servers before 7.0 want to be told, later ones need nothing. The seconds are whole ones: a small
 * sorted set is searched through at each addition, and reading fractions took Redis longer than all the rest of a claim.
 */
export const READS_TIME = `
if redis.replicate_commands then redis.replicate_commands() end
local time = redis.call('TIME')
local seconds = time[1]
local milliseconds = time[1] * 1000 + math.floor(time[2] / 1000)`;

/**
 * A server whose memory is full refuses scripts that begin with an addition, and lets one go on that has removed something: what waits must be handed
 * out then more than ever. KEYS[1] is the key of a sorted set.
 */
export const ALSO_WHEN_FULL = "redis.call('ZREM', KEYS[1], '')";
