-- A message is answered: everything that came of it becomes true at once, if the lease still holds.
-- Returns 'done', the numbers of the last reply before and of the first one now, whether more of them waits, and
-- whether the delivery is lent to the asker for sending.
-- KEYS: lease, leases, inbox, queued, ready, session, seen, said, counts, unclear, owed, sending, waves, radar
-- ARGV: person, owner, fence, message id, now (ms), session, tag, unclear, keep (ms of said), most said, prefix,
--       deliveries (json or ''), keep (ms of counts), lend for sending until (ms, 0: not), how many counts, waves
--       (json or ''), most waves of a day, keep (ms of waves), a trace for the radar (or ''), its time, most traces,
--       keep (ms of traces), when one counts anew (ms), then field and number of each count, then the replies for the page: sealed, newest last
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence')
if held[1] ~= ARGV[2] or held[2] ~= ARGV[3] then
  return {'lost'}
end
local first = redis.call('LINDEX', KEYS[3], 0)
if not first or string.sub(first, 1, #ARGV[4] + 1) ~= ARGV[4] .. '|' then
  return {'lost'}
end
local now = tonumber(ARGV[5])
redis.call('LPOP', KEYS[3])
redis.call('SET', KEYS[6], ARGV[6])
redis.call('ZADD', KEYS[7], now, ARGV[1])
local fixed = 23 + 2 * tonumber(ARGV[15])
for i = 24, fixed, 2 do
  if redis.call('HINCRBY', KEYS[9], ARGV[i], ARGV[i + 1]) == tonumber(ARGV[i + 1]) then
    redis.call('PEXPIRE', KEYS[9], ARGV[13])
  end
end
-- A person counts once a day for each thing seen: the first time leaves a mark of theirs beside it.
for _, wave in ipairs(ARGV[16] ~= '' and cjson.decode(ARGV[16]) or {}) do
  local known = redis.call('HEXISTS', KEYS[13], wave.name) == 1
  if known or redis.call('HLEN', KEYS[13]) < tonumber(ARGV[17]) then
    if redis.call('HSETNX', KEYS[13], wave.mark, 1) == 1 then
      redis.call('HINCRBY', KEYS[13], wave.name, 1)
      redis.call('PEXPIRE', KEYS[13], ARGV[18])
    end
  end
end
-- Somebody counts once within a time for one thing: until then the first time stands.
if ARGV[19] ~= '' then
  local at, seen = tonumber(ARGV[20]), tonumber(redis.call('ZSCORE', KEYS[14], ARGV[19]) or nil)
  redis.call('ZREMRANGEBYSCORE', KEYS[14], '-inf', at - tonumber(ARGV[22]))
  if not seen or seen <= at - tonumber(ARGV[23]) then
    if seen or redis.call('ZCARD', KEYS[14]) < tonumber(ARGV[21]) then
      redis.call('ZADD', KEYS[14], at, ARGV[19])
      redis.call('PEXPIRE', KEYS[14], ARGV[22])
    end
  end
end
if ARGV[8] ~= '' then
  redis.call('ZADD', KEYS[10], now, ARGV[8])
end
local replies = #ARGV - fixed
local before, first_number = 0, 0
if replies > 0 then
  local last = redis.call('LINDEX', KEYS[8], -1)
  if last then
    before = tonumber(string.match(last, '^%d+'))
  end
  local number = math.max(now, before + 1)
  first_number = number
  for i = 1, replies do
    local more = i < replies and '1' or '0'
    redis.call('RPUSH', KEYS[8], string.format('%.0f', number) .. '|' .. more .. '|' .. ARGV[4] .. '|' .. ARGV[fixed + i])
    number = number + 1
  end
  redis.call('LTRIM', KEYS[8], -tonumber(ARGV[10]), -1)
  redis.call('PEXPIRE', KEYS[8], ARGV[9])
  redis.call('PUBLISH', 'tb:said', ARGV[1])
end
local lent = 0
for _, delivery in ipairs(ARGV[12] ~= '' and cjson.decode(ARGV[12]) or {}) do
  local key = ARGV[11] .. 'delivery:' .. delivery.id
  if redis.call('HSETNX', key, 'payload', delivery.payload) == 1 then
    redis.call('HSET', key, 'person', ARGV[1], 'expires', delivery.expires, 'tries', 0, 'sent', 0)
    redis.call('ZADD', ARGV[11] .. 'out:' .. delivery.door .. ':' .. delivery.lane, delivery.not_before, delivery.id)
    if redis.call('HINCRBY', KEYS[11], ARGV[1], 1) == 1 and ARGV[14] ~= '0' then
      redis.call('ZADD', KEYS[12], ARGV[14], ARGV[1])
      redis.call('HINCRBY', key, 'tries', 1)
      lent = 1
    else
      redis.call('PUBLISH', 'tb:out', ARGV[7])
    end
  end
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
local more = redis.call('LLEN', KEYS[3])
if more > 0 then
  redis.call('RPUSH', KEYS[5], ARGV[1])
  redis.call('PUBLISH', 'tb:wake', ARGV[7])
else
  redis.call('SREM', KEYS[4], ARGV[1])
end
return {'done', before, first_number, more, lent}
