-- What became of a delivery. KEYS: delivery, lane, sending
-- ARGV: what (part, later, done), id, person, value, kept (ms)
--   part: value replies are out, the rest follows (until ARGV[6])   later: not before value   done: it is over
if redis.call('HEXISTS', KEYS[1], 'person') == 0 then
  return 0
end
if ARGV[1] == 'part' then
  redis.call('HSET', KEYS[1], 'sent', ARGV[4])
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[3])
  return 1
end
redis.call('ZREM', KEYS[3], ARGV[3])
if ARGV[1] == 'later' then
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
else
  redis.call('ZREM', KEYS[2], ARGV[2])
  redis.call('HSET', KEYS[1], 'payload', '', 'result', ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
return 1
