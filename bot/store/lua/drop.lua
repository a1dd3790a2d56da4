-- Put a message aside that cannot be read, so that it holds nobody up.
-- KEYS: lease, leases, inbox, queued, ready, dead   ARGV: person, owner, fence, tag, most kept aside
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence')
if held[1] ~= ARGV[2] or held[2] ~= ARGV[3] then
  return 0
end
local entry = redis.call('LPOP', KEYS[3])
if entry then
  redis.call('RPUSH', KEYS[6], entry)
  redis.call('LTRIM', KEYS[6], -tonumber(ARGV[5]), -1)
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('LLEN', KEYS[3]) > 0 then
  redis.call('RPUSH', KEYS[5], ARGV[1])
  redis.call('PUBLISH', 'tb:wake', ARGV[4])
else
  redis.call('SREM', KEYS[4], ARGV[1])
end
return 1
