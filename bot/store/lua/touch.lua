-- Somebody wrote to us: their window opens anew, and what was kept for this moment is due again.
-- KEYS: contact, held, owed   ARGV: when (ms), free messages, prefix, door, now (ms), keep (ms), tag, person
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
redis.call('HDEL', KEYS[1], 'gone')
if tonumber(ARGV[1]) > last then
  redis.call('HSET', KEYS[1], 'last', ARGV[1], 'free', ARGV[2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
local due = 0
for _, entry in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  local lane, id = string.match(entry, '^([^|]*)|(.*)$')
  if redis.call('EXISTS', ARGV[3] .. 'delivery:' .. id) == 1 then
    redis.call('PERSIST', ARGV[3] .. 'delivery:' .. id)
    redis.call('ZADD', ARGV[3] .. 'out:' .. ARGV[4] .. ':' .. lane, tonumber(ARGV[5]) + due, id)
    due = due + 1
  end
end
if due > 0 then
  redis.call('HINCRBY', KEYS[3], ARGV[8], due)
  redis.call('DEL', KEYS[2])
  redis.call('PUBLISH', 'tb:out', ARGV[7])
end
return due
