-- What became of a recipient that was lent. Arguments: entry, who, fate, reason; or put off: when, parts, tries,
-- resent. Returns 1, or 0 when it was settled by somebody else meanwhile.
if let_go(A.entry) == 0 then
  return 0
end
if not A.when then
  return settle(A.who, A.fate, A.reason)
end
local one = read(A.who)
if not one or one.fate ~= 'waiting' then
  return 0
end
if A.resent > one.resent then
  redis.call('HINCRBY', KEYS[1], 'resent', 1)
end
one.parts, one.tries, one.resent = A.parts, A.tries, A.resent
write(A.who, one)
redis.call('ZADD', KEYS[4], A.when, A.who)
return 1
