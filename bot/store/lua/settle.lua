-- What became of a delivery; returns how many more their person is owed. KEYS: delivery, lane, sending, owed, held
-- ARGV: what, id, person, value, kept (ms), until (ms), lane
--   part: value messages are out, the rest follows   later: nothing more to this person before until;
--         value 0: it was no try
--   hold: kept for value's reason until they write again   done: it is over
if redis.call('HEXISTS', KEYS[1], 'person') == 0 then
  redis.call('ZREM', KEYS[3], ARGV[3])
  return 0
end
if ARGV[1] == 'part' then
  redis.call('HSET', KEYS[1], 'sent', ARGV[4])
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[3])
  return 1
end
if ARGV[1] == 'later' then
  if ARGV[4] == '0' then
    redis.call('HINCRBY', KEYS[1], 'tries', -1)
  end
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[3])
  return 1
end
redis.call('ZREM', KEYS[3], ARGV[3])
redis.call('ZREM', KEYS[2], ARGV[2])
local owed = redis.call('HINCRBY', KEYS[4], ARGV[3], -1)
if owed <= 0 then
  redis.call('HDEL', KEYS[4], ARGV[3])
end
if ARGV[1] == 'hold' then
  redis.call('HSET', KEYS[1], 'reason', ARGV[4])
  local expires = tonumber(redis.call('HGET', KEYS[1], 'expires'))
  redis.call('ZADD', KEYS[5], expires, ARGV[7] .. '|' .. ARGV[2])
  redis.call('PEXPIREAT', KEYS[1], expires)
  return owed
end
redis.call('HSET', KEYS[1], 'payload', '', 'result', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
-- What may be put again until it expires must be known until then.
redis.call('PEXPIREAT', KEYS[1], redis.call('HGET', KEYS[1], 'expires'), 'GT')
return owed
