import { ALSO_WHEN_FULL, READS_TIME, redisScript } from "./redis-script.ts";

/**
 * Takes messages out of lists and notes in the same step who has them, as Celery's consumers do in two: a process that dies in between would lose them.
 * The list of a step is empty before one of the next step is looked at; within a step the queues share what is asked for. What cannot be an
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
-- So many are popped before their bytes are counted.
local AT_ONCE = 16
local consumer, number, most, bytesLeft = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local lease = redis.call('ZSCORE', KEYS[3], consumer)
if not lease or tonumber(lease) < 0 then return -1 end
local floor = redis.call('HGET', KEYS[4], consumer)
if floor and tonumber(floor) > number then return -2 end
redis.call('ZADD', KEYS[3], milliseconds + tonumber(ARGV[5]), consumer)

local queues = #ARGV - FIXED
local taken = {}

local function mayBeEnvelope(raw)
  if string.byte(raw, 1) ~= 123 or string.byte(raw, -1) ~= 125 then return false end
  -- It usually stands at the end.
  return string.find(raw, '"delivery_tag"', -100, true) or string.find(raw, '"delivery_tag"', 1, true)
end

-- Servers before 6.2 pop one at a time.
local oneByOne = false
local function pop(list, count)
  if not oneByOne then
    local raws = redis.pcall('RPOP', list, count)
    if not (type(raws) == 'table' and raws.err and string.find(raws.err, 'number of arguments', 1, true)) then return raws end
    oneByOne = true
  end
  local raw = redis.pcall('RPOP', list)
  return type(raw) == 'string' and { raw } or raw
end

-- Notes who has them, or puts them back where they lay: nothing may be in no list at all.
local function note(raws, list, queue)
  local values, scores, others, places = {}, {}, {}, {}
  local ending = ', "", ' .. ARGV[FIXED + queue] .. ']'
  for place, raw in ipairs(raws) do
    local tag = consumer .. ':' .. (number + place - 1)
    if mayBeEnvelope(raw) then
      local at = #values
      values[at + 1], values[at + 2] = tag, '[' .. raw .. ending
      scores[at + 1], scores[at + 2] = seconds, tag
      places[place] = list
    else
      local at = #others
      others[at + 1], others[at + 2] = tag, #KEYS[list] .. ':' .. KEYS[list] .. raw
      places[place] = -list
    end
  end
  local noted = 0
  if #values > 0 then noted = redis.pcall('HSET', KEYS[2], unpack(values)) end
  if #values > 0 and type(noted) == 'number' then noted = redis.pcall('ZADD', KEYS[1], unpack(scores)) end
  if #others > 0 and type(noted) == 'number' then noted = redis.pcall('HSET', KEYS[5], unpack(others)) end
  if type(noted) ~= 'number' then
    for place = #raws, 1, -1 do
      local tag = consumer .. ':' .. (number + place - 1)
      redis.call('RPUSH', KEYS[list], raws[place])
      redis.pcall('HDEL', KEYS[2], tag)
      redis.pcall('ZREM', KEYS[1], tag)
    end
    return noted.err
  end
  for place, raw in ipairs(raws) do
    local at = #taken
    taken[at + 1], taken[at + 2] = places[place], raw
    bytesLeft = bytesLeft - #raw
  end
  number = number + #raws
  most = most - #raws
end

for first = FIXED + 1, #KEYS, queues do
  local open = {}
  for queue = 1, queues do open[queue] = queue end
  while #open > 0 and most > 0 and bytesLeft > 0 do
    local share = math.min(AT_ONCE, math.max(1, math.floor(most / #open)))
    local at = 1
    while at <= #open and most > 0 and bytesLeft > 0 do
      local list = first + open[at] - 1
      local count = math.min(share, most)
      -- A key that is no list must not stop the others.
      local raws = pop(KEYS[list], count)
      local problem = type(raws) == 'table' and raws.err
      local found = type(raws) == 'table' and not problem and #raws or 0
      if found > 0 then problem = note(raws, list, open[at]) end
      if problem then
        taken[#taken + 1] = 0
        taken[#taken + 1] = problem
      end
      if problem or found == 0 or (found < count and not oneByOne) then table.remove(open, at) else at = at + 1 end
    end
  end
end
if #taken == 0 then redis.call('EXISTS', unpack(KEYS, FIXED + 1)) end
return taken`);
