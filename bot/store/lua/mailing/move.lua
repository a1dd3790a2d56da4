-- A recipient that was lent goes into the line of another of their doors, in one step: nobody stands in two.
-- KEYS: … , stream of that line, lines, doors   Arguments: entry, who, to (sealed address), door (its pseudonym),
-- channel, line, from (pseudonym of a door where it failed for good, or empty), why
-- Returns 1, or 0 when it was settled by somebody else meanwhile.
if let_go(A.entry) == 0 then
  return 0
end
local one = read(A.who)
if not one or one.fate ~= 'waiting' then
  return 0
end
if one.first == '' then
  one.first = one.channel .. ':' .. A.why
end
if A.from ~= '' then
  one.tried = one.tried == '' and A.from or one.tried .. ',' .. A.from
end
count(one, -1)
one.channel, one.address, one.parts, one.tries = A.channel, A.to, 0, 0
count(one, 1)
write(A.who, one)
group(KEYS[5])
redis.call('XADD', KEYS[5], '*', 'p', A.who)
redis.call('SADD', KEYS[6], A.line)
if A.door ~= A.who then
  redis.call('HSET', KEYS[7], A.door, A.who)
end
local keep = redis.call('PEXPIRETIME', KEYS[1])
for key = 5, 7 do
  redis.call('PEXPIREAT', KEYS[key], keep)
end
return 1
