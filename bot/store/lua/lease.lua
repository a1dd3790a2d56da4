-- Lend the next ready person to a worker, with their oldest message and their session.
-- KEYS: ready, leases, fence   ARGV: prefix, owner, now (ms), until (ms)
local person = redis.call('LPOP', KEYS[1])
if not person then
  return false
end
local entry = redis.call('LINDEX', ARGV[1] .. 'inbox:' .. person, 0)
if not entry then
  redis.call('SREM', ARGV[1] .. 'queued', person)
  return {person}
end
local fence = redis.call('INCR', KEYS[3])
redis.call('HSET', ARGV[1] .. 'lease:' .. person, 'owner', ARGV[2], 'fence', fence)
redis.call('ZADD', KEYS[2], ARGV[4], person)
return {person, fence, entry, redis.call('LLEN', KEYS[1]), redis.call('GET', ARGV[1] .. 'session:' .. person)}
