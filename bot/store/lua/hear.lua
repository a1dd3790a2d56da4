-- Keep a message, once. When its writer has nothing else waiting and an owner is named, lend it to them at once;
-- otherwise mark the writer ready for a worker.
-- KEYS: ids, inbox, queued, ready, lease, leases, fence, session
-- ARGV: person, message id, entry, now (ms), bound, tag, owner or '', until (ms)
local id = ARGV[1] .. '|' .. ARGV[2]
if redis.call('ZSCORE', KEYS[1], id) then
  -- Our first reply may have been lost, and with it what was lent.
  local held = redis.call('HMGET', KEYS[5], 'owner', 'fence')
  local first = redis.call('LINDEX', KEYS[2], 0)
  if ARGV[7] ~= '' and held[1] == ARGV[7] and first and string.sub(first, 1, #ARGV[2] + 1) == ARGV[2] .. '|' then
    return {'again', tonumber(held[2]), redis.call('GET', KEYS[8])}
  end
  return {'again'}
end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[5]) then
  return {'full'}
end
redis.call('ZADD', KEYS[1], ARGV[4], id)
redis.call('RPUSH', KEYS[2], ARGV[2] .. '|' .. ARGV[3])
if redis.call('SADD', KEYS[3], ARGV[1]) == 0 then
  return {'heard'}
end
if ARGV[7] == '' then
  redis.call('RPUSH', KEYS[4], ARGV[1])
  redis.call('PUBLISH', 'tb:wake', ARGV[6])
  return {'heard'}
end
local fence = redis.call('INCR', KEYS[7])
redis.call('HSET', KEYS[5], 'owner', ARGV[7], 'fence', fence)
redis.call('ZADD', KEYS[6], ARGV[8], ARGV[1])
return {'heard', fence, redis.call('GET', KEYS[8])}
