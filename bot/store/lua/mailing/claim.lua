-- Lend the next recipient of an account to a worker, if the warning may be sent and its place has come.
-- KEYS: … , case, bucket   Arguments: worker, now (of the talks), real (for the pace), rate, burst, ahead,
-- most, idle, dead (ms), beats (what the keys of living workers begin with)
-- Returns halt | over | lost | wait, ms | none, lent, put off | go, entry, who, address, parts, tries, resent,
--   ms until its place, 1 when a worker died with it, doors tried
local case = redis.call('HMGET', KEYS[5], 'state', 'expires')
if case[1] ~= 'sending' then
  return {'halt'}
elseif tonumber(case[2]) <= A.now then
  return {'over'}
end
local ready = redis.call('HMGET', KEYS[1], 'fixed', 'ended')
if not ready[1] or ready[2] then
  return {'halt'}
end
if redis.call('EXISTS', KEYS[3]) == 0 then
  return {'lost'}
end
for _, who in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', A.real, 'LIMIT', 0, 20)) do
  redis.call('XADD', KEYS[3], '*', 'p', who)
  redis.call('ZREM', KEYS[4], who)
end
local at, gap = place(KEYS[6], A.real, A.rate, A.burst, A.ahead)
if not at then
  return {'wait', math.ceil(gap)}
end

-- What a worker had who is silent about it, or who has not said for a while that it lives.
local function left(consumers)
  local idle = redis.call('XPENDING', KEYS[3], GROUP, 'IDLE', A.idle, '-', '+', 1)[1]
  if idle then
    return redis.call('XCLAIM', KEYS[3], GROUP, A.worker, A.idle, idle[1])[1]
  end
  for _, each in ipairs(consumers) do
    if redis.call('EXISTS', A.beats .. each[1]) == 0 then
      local found = redis.call('XPENDING', KEYS[3], GROUP, 'IDLE', A.dead, '-', '+', 1, each[1])[1]
      if found then
        return redis.call('XCLAIM', KEYS[3], GROUP, A.worker, A.dead, found[1])[1]
      end
    end
  end
end

local pending = redis.call('XPENDING', KEYS[3], GROUP)
local lent, entry, again = pending[1], nil, 0
if lent > 0 then
  entry = left(pending[4])
  again = entry and 1 or 0
end
if not entry then
  if lent >= A.most then
    return {'wait', 50}
  end
  local found = redis.call('XREADGROUP', 'GROUP', GROUP, A.worker, 'COUNT', 1, 'STREAMS', KEYS[3], '>')
  if not found then
    return {'none', lent, redis.call('ZCARD', KEYS[4])}
  end
  entry = found[1][2][1]
end
local who = entry[2][2]
local one = read(who)
if not one or one.fate ~= 'waiting' then
  let_go(entry[1])
  return {'wait', 0}
end
if again == 1 then
  redis.call('HINCRBY', KEYS[1], 'again', 1)
end
taken(KEYS[6], at, gap)
return {'go', entry[1], who, one.address, one.parts, one.tries, one.resent,
        math.max(0, math.ceil(at - A.real)), again, one.tried}
