-- May something be sent to them now? One of the free messages is taken if there is one.
-- Returns 'free', 'paid', 'closed', 'new' (they never wrote) or the reason why they are gone.
-- A sending begins, until `sent`: what the platform tells of an unknown message meanwhile may be about ours.
-- KEYS: contact   ARGV: now (ms), free window (ms), whole window (ms), how long a sending may take (ms)
local found = redis.call('HMGET', KEYS[1], 'last', 'free', 'gone')
if found[3] then
  return found[3]
end
redis.call('HSET', KEYS[1], 'sent', ARGV[1])
if not found[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return 'new'
end
local since = tonumber(ARGV[1]) - tonumber(found[1])
if since > tonumber(ARGV[3]) then
  return 'closed'
end
if since > tonumber(ARGV[2]) or tonumber(found[2]) <= 0 then
  return 'paid'
end
redis.call('HINCRBY', KEYS[1], 'free', -1)
return 'free'
