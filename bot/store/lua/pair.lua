-- Keep a new pair of tokens if the one it replaces is still the newest. KEYS: token
-- ARGV: generation it replaces, sealed pair, now (ms)
local generation = tonumber(redis.call('HGET', KEYS[1], 'generation') or '0')
if generation ~= tonumber(ARGV[1]) then
  return 0
end
local before = redis.call('HGET', KEYS[1], 'pair')
if before then
  redis.call('HSET', KEYS[1], 'before', before)
end
redis.call('HSET', KEYS[1], 'pair', ARGV[2], 'generation', generation + 1, 'since', ARGV[3])
return 1
