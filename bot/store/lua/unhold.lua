-- What is kept at a door until they write there goes on to another door; false when it is not kept (any more).
-- KEYS: delivery, held   ARGV: entry of held, where, kept (ms), expires (ms)
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'person') == 0 then
  return false
end
redis.call('HSET', KEYS[1], 'payload', '', 'result', 'moved', 'onward', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[4], 'GT')
return ARGV[2]
