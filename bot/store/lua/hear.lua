-- Keep a message, once, and mark its writer ready for a worker.
-- KEYS: ids, inbox, queued, ready   ARGV: person, message id, entry, now (ms), bound, tag
local id = ARGV[1] .. '|' .. ARGV[2]
if redis.call('ZSCORE', KEYS[1], id) then
  return 'again'
end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[5]) then
  return 'full'
end
redis.call('ZADD', KEYS[1], ARGV[4], id)
redis.call('RPUSH', KEYS[2], ARGV[2] .. '|' .. ARGV[3])
if redis.call('SADD', KEYS[3], ARGV[1]) == 1 then
  redis.call('RPUSH', KEYS[4], ARGV[1])
end
redis.call('PUBLISH', 'tb:wake', ARGV[6])
return 'heard'
