-- The pace of one account, shared by all workers. A bucket: next (when the next place is, ms), paused (nothing
-- before), slow (until when it is slower), share (how much slower).
-- Returns when the next place is and how long one takes, or nil and how long to wait.
local function place(bucket, now, rate, burst, ahead)
  local found = redis.call('HMGET', bucket, 'next', 'paused', 'slow', 'share')
  local paused = tonumber(found[2]) or 0
  if paused > now then
    return nil, paused - now
  end
  local slowed = (tonumber(found[3]) or 0) > now
  local gap = 1000 / rate / (slowed and tonumber(found[4]) or 1)
  local at = math.max(tonumber(found[1]) or 0, now - burst * gap)
  if at > now + ahead then
    return nil, at - now - ahead
  end
  return at, gap
end

local function taken(bucket, at, gap)
  redis.call('HSET', bucket, 'next', string.format('%.3f', at + gap))
  redis.call('PEXPIRE', bucket, 7200000)
end
