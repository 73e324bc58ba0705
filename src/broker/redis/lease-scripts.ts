import { ALSO_WHEN_FULL, READS_TIME, redisScript } from "./redis-script.ts";

/**
 * Begins a consumer's lease, or renews it. One that has ended may be renewed until somebody takes over: after an outage all of them have ended.
 * KEYS: consumers. ARGV: consumer, lease in ms, `begin` or `renew`. Answers 1 where the consumer has a lease now.
 */
export const holdLease = redisScript(`${READS_TIME}
${ALSO_WHEN_FULL}
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ARGV[3] == 'renew' and (not lease or tonumber(lease) < 0) then return 0 end
redis.call('ZADD', KEYS[1], milliseconds + tonumber(ARGV[2]), ARGV[1])
return 1`);

/**
 * What a claim whose answer was lost has taken, so that it is not held by nobody. No claim with one of these numbers can take anything afterwards.
 * KEYS: unacked, unreadable, floors. ARGV: consumer, the first number, how many. Answers two lists of values, in the numbers' order.
 */
export const recoverClaim = redisScript(`
local first, count = tonumber(ARGV[2]), tonumber(ARGV[3])
-- A removal first, for the memory that is full.
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], first + count)
local tags = {}
for at = 1, count do tags[at] = ARGV[1] .. ':' .. (first + at - 1) end
return { redis.call('HMGET', KEYS[1], unpack(tags)), redis.call('HMGET', KEYS[2], unpack(tags)) }`);

/**
 * Begins to take over from consumers whose lease has ended, or goes on where somebody began and died. They can claim and renew nothing from now on.
 * KEYS: consumers. ARGV: how many at most. Answers them.
 */
export const takeOver = redisScript(`${READS_TIME}
${ALSO_WHEN_FULL}
local ended = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', milliseconds, 'LIMIT', 0, ARGV[1])
for _, consumer in ipairs(ended) do redis.call('ZADD', KEYS[1], -1, consumer) end
return ended`);

/** KEYS: consumers, floors. ARGV: consumer. */
export const forgetConsumer = redisScript(`
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])`);

/**
 * KEYS: unacked_index. ARGV: visibility time-out in seconds, how many at most. Answers tags that have been held for longer, the newest first.
 */
export const overdueTags = redisScript(`${READS_TIME}
return redis.call('ZREVRANGEBYSCORE', KEYS[1], seconds - tonumber(ARGV[1]), 0, 'LIMIT', 0, ARGV[2])`);

/** KEYS: a lock. ARGV: the token that it was taken with. */
export const releaseLock = redisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`);
