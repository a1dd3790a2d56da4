-- Say something to a talk on the web that it did not ask for, once; 1 when it was not said before.
-- KEYS: delivery, said   ARGV: person, now (ms), reply, keep (ms of said), most said, remember (ms of the id)
if redis.call('HSETNX', KEYS[1], 'payload', '') == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'person', ARGV[1], 'result', 'said')
redis.call('PEXPIRE', KEYS[1], ARGV[6])
local last = redis.call('LINDEX', KEYS[2], -1)
local number = tonumber(ARGV[2])
if last then
  number = math.max(number, tonumber(string.match(last, '^%d+')) + 1)
end
redis.call('RPUSH', KEYS[2], string.format('%.0f', number) .. '|0|null|' .. ARGV[3])
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[5]), -1)
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', 'tb:said', ARGV[1])
return 1
