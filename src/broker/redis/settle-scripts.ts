import { ALSO_WHEN_FULL, READS_TIME, redisScript } from "./redis-script.ts";

/**
 * Lets messages go for good. Asked for on one connection right after something else, such as the storing of results, it goes in the same round trip and is
 * executed after that: what is to be one step beside it can be a script of its own on `RedisLink`, with these lines at its end.
 * KEYS: unacked_index, unacked, unreadable. ARGV: tags. Answers how many were lost meanwhile.
 */
export const acknowledgeMessages = redisScript(`
local removed = redis.call('ZREM', KEYS[1], unpack(ARGV))
redis.call('HDEL', KEYS[2], unpack(ARGV))
if removed < #ARGV then removed = removed + redis.call('HDEL', KEYS[3], unpack(ARGV)) end
return #ARGV - removed`);

/**
 * Puts messages back to the front of their lists, each once, whoever else tries.
 * KEYS: unacked_index, unacked, unreadable; then lists. ARGV: per message its tag, its list's place among the lists from 1, and its text; the newest
 * first. Answers how many were put back.
 */
export const putBackMessages = redisScript(`
local count = 0
for at = 1, #ARGV, 3 do
  local tag, list = ARGV[at], KEYS[3 + ARGV[at + 1]]
  local held = redis.call('ZREM', KEYS[1], tag) + redis.call('HDEL', KEYS[2], tag) + redis.call('HDEL', KEYS[3], tag)
  if held > 0 then
    redis.call('RPUSH', list, ARGV[at + 2])
    count = count + 1
  end
end
return count`);

/**
 * Keeps messages from those who restore what was held for too long.
 * KEYS: unacked_index, unreadable. ARGV: tags. Answers the places of those that were lost meanwhile, from 1.
 */
export const renewMessages = redisScript(`${READS_TIME}
${ALSO_WHEN_FULL}
local lost = {}
for place, tag in ipairs(ARGV) do
  if redis.call('ZSCORE', KEYS[1], tag) then
    redis.call('ZADD', KEYS[1], seconds, tag)
  elseif redis.call('HEXISTS', KEYS[2], tag) == 0 then
    lost[#lost + 1] = place
  end
end
return lost`);

/**
 * Puts aside what was claimed as a message and cannot be read as one.
 * KEYS: unacked_index, unacked, unreadable. ARGV: tag, what to keep.
 */
export const putAside = redisScript(`
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
end`);
