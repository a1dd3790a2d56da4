-- Write two doors down as one person's. KEYS: circle (hash: pseudonym -> sealed door)
-- ARGV: most, keep (ms), pseudonym, sealed door, pseudonym, sealed door
local MOST, KEEP = tonumber(ARGV[1]), ARGV[2]
if redis.call('HEXISTS', KEYS[1], ARGV[5]) == 0 and redis.call('HLEN', KEYS[1]) >= MOST then
  return 0
end
redis.call('HSETNX', KEYS[1], ARGV[3], ARGV[4])
redis.call('HSETNX', KEYS[1], ARGV[5], ARGV[6])
redis.call('PEXPIRE', KEYS[1], KEEP)
return 1
