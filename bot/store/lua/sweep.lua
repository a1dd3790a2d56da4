-- Put right what was abandoned, and forget what is past its time. Bounded: at most ARGV[5] of each kind a call.
-- Returns how many were given back, are ready, are queued, and when the message of the first ready one was heard.
-- KEYS: leases, ready, ids, seen, unclear, queued
-- ARGV: prefix, now, ids before, seen before, most, unclear before, tag
local most = tonumber(ARGV[5])
local woken = 0
for _, person in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, most)) do
  redis.call('ZREM', KEYS[1], person)
  redis.call('DEL', ARGV[1] .. 'lease:' .. person)
  redis.call('LPUSH', KEYS[2], person)
  woken = woken + 1
end
if woken > 0 then
  redis.call('PUBLISH', 'tb:wake', ARGV[7])
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', '(' .. ARGV[6])
for _, person in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', '(' .. ARGV[4], 'LIMIT', 0, most)) do
  redis.call('DEL', ARGV[1] .. 'session:' .. person, ARGV[1] .. 'said:' .. person, ARGV[1] .. 'contact:' .. person)
  redis.call('ZREM', KEYS[4], person)
end
local oldest = false
local person = redis.call('LINDEX', KEYS[2], 0)
local entry = person and redis.call('LINDEX', ARGV[1] .. 'inbox:' .. person, 0)
if entry then
  oldest = redis.call('ZSCORE', KEYS[3], person .. '|' .. string.match(entry, '^[^|]*'))
end
return {woken, redis.call('LLEN', KEYS[2]), redis.call('SCARD', KEYS[6]), tonumber(oldest or 0)}
