import { ALSO_WHEN_FULL, READS_TIME, redisScript } from "./redis-script.ts";

/**
 * Takes messages out of lists and notes in the same step who has them, as Celery's consumers do in two: a process that dies in between would lose them.
 * The list of a step is empty before one of the next step is looked at; within a step each queue gives one in its turn. What cannot be an
 * envelope does not go where Python's consumers would stumble over it. Where nothing waits, a connection that tracks is told of the next message.
 *
 * KEYS: unacked_index, unacked, consumers, floors, unreadable; then the lists, step by step, in each the queues in the same order.
 * ARGV: consumer, the number of the first message, how many at most, how many bytes at most, lease in ms; then the queues' names as JSON.
 * Answers `-1` where others have taken over from the consumer, or nobody knows it, and `-2` where a later claim has been asked for already; else a list of pairs: the list's place
 * (negative: unreadable; 0: an error's text follows) and what lay in it. The n-th pair without an error has the tag `CONSUMER:FIRST + n`.
 */
export const claimMessages = redisScript(`${READS_TIME}
${ALSO_WHEN_FULL}
local FIXED = 5
local consumer, number, most, bytesLeft = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local lease = redis.call('ZSCORE', KEYS[3], consumer)
if not lease or tonumber(lease) < 0 then return -1 end
local floor = redis.call('HGET', KEYS[4], consumer)
if floor and tonumber(floor) > number then return -2 end
redis.call('ZADD', KEYS[3], milliseconds + tonumber(ARGV[5]), consumer)

local queues = #ARGV - FIXED
local taken = {}

local function mayBeEnvelope(raw)
  return string.byte(raw, 1) == 123 and string.byte(raw, -1) == 125 and string.find(raw, '"delivery_tag"', 1, true)
end

-- Notes it, or puts it back where it lay: nothing may be in no list at all.
local function note(raw, list, queue)
  local tag = consumer .. ':' .. number
  local noted
  if mayBeEnvelope(raw) then
    noted = redis.pcall('HSET', KEYS[2], tag, '[' .. raw .. ', "", ' .. ARGV[FIXED + queue] .. ']')
    if type(noted) == 'number' then
      noted = redis.pcall('ZADD', KEYS[1], seconds, tag)
      if type(noted) ~= 'number' then redis.call('HDEL', KEYS[2], tag) end
    end
  else
    noted = redis.pcall('HSET', KEYS[5], tag, #KEYS[list] .. ':' .. KEYS[list] .. raw)
    list = -list
  end
  if type(noted) ~= 'number' then
    redis.call('RPUSH', KEYS[math.abs(list)], raw)
    return noted.err
  end
  number = number + 1
  most = most - 1
  bytesLeft = bytesLeft - #raw
  taken[#taken + 1] = list
  taken[#taken + 1] = raw
end

for first = FIXED + 1, #KEYS, queues do
  local open = {}
  for queue = 1, queues do open[queue] = queue end
  while #open > 0 and most > 0 and bytesLeft > 0 do
    local at = 1
    while at <= #open and most > 0 and bytesLeft > 0 do
      local list = first + open[at] - 1
      -- A key that is no list must not stop the others.
      local raw = redis.pcall('RPOP', KEYS[list])
      local problem = type(raw) == 'table' and raw.err
      if type(raw) == 'string' then problem = note(raw, list, open[at]) end
      if problem then
        taken[#taken + 1] = 0
        taken[#taken + 1] = problem
      end
      if type(raw) == 'string' and not problem then at = at + 1 else table.remove(open, at) end
    end
  end
end
if #taken == 0 then redis.call('EXISTS', unpack(KEYS, FIXED + 1)) end
return taken`);
