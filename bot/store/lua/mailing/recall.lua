-- Everybody of an account who was put off is due now: it has died, or lives again.
-- Arguments: real   Returns how many.
local found = redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. A.real, '+inf')
for _, who in ipairs(found) do
  redis.call('ZADD', KEYS[4], 'XX', A.real, who)
end
return #found
