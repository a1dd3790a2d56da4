-- Put a delivery into an outbox, once.
-- KEYS: delivery, lane, owed   ARGV: payload, person, expires, not before, id, tag
if redis.call('HSETNX', KEYS[1], 'payload', ARGV[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'person', ARGV[2], 'expires', ARGV[3], 'tries', 0, 'sent', 0)
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
redis.call('HINCRBY', KEYS[3], ARGV[2], 1)
redis.call('PUBLISH', 'tb:out', ARGV[6])
return 1
