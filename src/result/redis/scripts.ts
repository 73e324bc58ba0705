import { createHash } from "node:crypto";
import { messageOf } from "../../base/error.ts";
import type { RedisClient } from "./redis-connection.ts";

export interface Script {
  readonly text: string;
  readonly hash: string;
}

function script(text: string): Script {
  return { text, hash: createHash("sha1").update(text).digest("hex") };
}

/**
 * Stores records and tells who waits for them.
 * KEYS: the records' keys. ARGV[1]: seconds until they expire, 0 for never; ARGV[2…]: the records as JSON, in the keys' order.
 * Answers how many were written.
 */
export const storeRecords = script(`
local function state(record)
  local _, _, first = string.find(record, '^%s*{%s*"status"%s*:%s*"([^"]*)"')
  if first then return first end
  -- Others may write their keys in another order.
  local readable, fields = pcall(cjson.decode, record)
  return readable and type(fields) == 'table' and fields.status or ''
end
local final = { SUCCESS = true, FAILURE = true, REVOKED = true }
local written = 0
for i, key in ipairs(KEYS) do
  local stored = redis.call('GET', key)
  local was = stored and state(stored)
  -- A late copy's failure must not take back what a client may have seen, and what is over does not begin again.
  if was ~= 'SUCCESS' and (not final[was] or final[state(ARGV[i + 1])]) then
    if tonumber(ARGV[1]) > 0 then
      redis.call('SETEX', key, ARGV[1], ARGV[i + 1])
    else
      redis.call('SET', key, ARGV[i + 1])
    end
    redis.call('PUBLISH', key, ARGV[i + 1])
    written = written + 1
  end
end
return written`);

/**
 * Keeps the size of a chord, and the structure of its header where groups or chords are members of it.
 * KEYS: size, saved group. ARGV: size, seconds until they expire or 0, the saved group as JSON or nothing.
 */
export const startChord = script(`
local function keep(key, value)
  if tonumber(ARGV[2]) > 0 then redis.call('SETEX', key, ARGV[2], value) else redis.call('SET', key, value) end
  redis.call('PUBLISH', key, value)
end
if ARGV[3] ~= '' then keep(KEYS[2], ARGV[3]) end
keep(KEYS[1], ARGV[1])`);

/**
 * Counts the end of a chord's member.
 * KEYS: members (.j), what was added to the chord meanwhile (.t), size (.s), saved group.
 * ARGV: score, member, the member's id as JSON, seconds until they expire or 0.
 * Answers how many are counted, the size with what was added (-1: nobody has told it yet), the saved group or nothing, and the members
 * in order where that makes the chord complete.
 */
export const countChordPart = script(`
local told = false
-- With its own result it is one member of the set; told twice, perhaps by another worker with other spaces, it stays one.
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])) do
  if string.find(string.sub(member, 1, string.len(ARGV[3]) + 8), ARGV[3], 1, true) then told = true end
end
if not told then redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2]) end
local counted = redis.call('ZCARD', KEYS[1])
local size = tonumber(redis.call('GET', KEYS[3]) or -1)
if size >= 0 then size = size + tonumber(redis.call('GET', KEYS[2]) or 0) end
if tonumber(ARGV[4]) > 0 then
  for i = 1, 3 do redis.call('EXPIRE', KEYS[i], ARGV[4]) end
end
if counted ~= size then return { counted, size, '', {} } end
return { counted, size, redis.call('GET', KEYS[4]) or '', redis.call('ZRANGE', KEYS[1], 0, -1) }`);

/** Runs a script by its hash, and sends it whole to a server that does not know it. */
export async function run(
  client: RedisClient,
  { text, hash }: Script,
  keys: readonly string[],
  values: readonly string[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...values];
  try {
    return await client.sendCommand(["EVALSHA", hash, ...rest]);
  } catch (error) {
    if (!messageOf(error).startsWith("NOSCRIPT")) throw error;
    return client.sendCommand(["EVAL", text, ...rest]);
  }
}
