-- Change how an account stands, if it still stands as it was read; 1 when it is so now.
-- KEYS: doors (hash: account -> state)   ARGV: account, state as read ('' for none), state as it becomes
local held = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if held == ARGV[3] then
  return 1
end
if held ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
