-- Take a turn, keep it for longer, or (0) give it back; 1 when it is the owner's now.
-- KEYS: turn   ARGV: owner, how long (ms)
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
