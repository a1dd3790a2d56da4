-- A sending to somebody is over. KEYS: contact, ours
-- ARGV: id of what arrived or '', free messages left or '', 1 to give back the free one that was taken,
--       ids of ours to keep, for how long (ms)
if ARGV[1] ~= '' then
  redis.call('LPUSH', KEYS[2], ARGV[1])
  redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[4]) - 1)
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
redis.call('HDEL', KEYS[1], 'sent')
if redis.call('HEXISTS', KEYS[1], 'last') == 0 then
  return 0
end
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[1], 'free', ARGV[2])
elseif ARGV[3] == '1' then
  redis.call('HINCRBY', KEYS[1], 'free', 1)
end
return 1
