-- Somebody cannot be written to any more, unless they wrote after that.
-- KEYS: contact   ARGV: reason, when (ms), keep (ms)
if tonumber(redis.call('HGET', KEYS[1], 'last') or '0') > tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], 'gone', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
