-- The platform says that a whole account is too fast: nothing for so long, then slower for a while.
-- What was under way when the pause began is refused too, and makes nothing slower still.
-- KEYS: bucket   ARGV: now, pause (ms), how long slower (ms), share, least share
local now = tonumber(ARGV[1])
local found = redis.call('HMGET', KEYS[1], 'paused', 'slow', 'share')
local known = (tonumber(found[1]) or 0) > now
local share = (tonumber(found[2]) or 0) > now and tonumber(found[3]) or 1
if not known then
  share = math.max(tonumber(ARGV[5]), share * tonumber(ARGV[4]))
end
redis.call('HSET', KEYS[1], 'paused', math.max(tonumber(found[1]) or 0, now + tonumber(ARGV[2])),
           'slow', now + tonumber(ARGV[3]), 'share', share)
redis.call('PEXPIRE', KEYS[1], 7200000)
return known and 0 or 1
