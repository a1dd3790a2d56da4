-- What was said at one door is erased: nothing is sent there any more, and where it is is not kept. A person who
-- has another door is found there by whoever carries it; of who has none, the rest is settled.
-- KEYS: … , doors   Arguments: who, door (its pseudonym), seen (the sealed address as it was read; empty: another
-- door's), spare (the sealed address of another door, or empty)   Returns 1, or 0 when nothing had to be changed.
local left, all = {}, redis.call('HGET', KEYS[5], A.who)
for door, sealed in string.gmatch(all or '', '(%x+)|([^,]*)') do
  if door ~= A.door then
    table.insert(left, door .. '|' .. sealed)
  end
end
redis.call('HDEL', KEYS[5], A.door)
if #left > 0 then
  redis.call('HSET', KEYS[5], A.who, table.concat(left, ','))
elseif all then
  redis.call('HDEL', KEYS[5], A.who)
end
local one = read(A.who)
if not one or A.seen == '' or one.address ~= A.seen then
  return 0
end
if A.spare == '' then
  settle(A.who, 'refused', 'erased')
  redis.call('ZREM', KEYS[4], A.who)
  one = read(A.who)
end
one.address = A.spare
write(A.who, one)
return 1
