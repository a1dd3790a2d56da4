-- Close a span of a day at some desks: nothing can be had there, and who is booked there is owed another time.
-- Arguments: closure, day, desks, begins, ends (minutes), reason, at least
tidy()
if redis.call('HEXISTS', P .. 'closed:' .. A.day, A.closure) == 1 then
  return finish('not_allowed')
end
local span = cjson.encode({desks = A.desks, begins = A.begins, ends = A.ends, reason = A.reason})
redis.call('HSET', P .. 'closed:' .. A.day, A.closure, span)
redis.call('ZADD', P .. 'days', 'GT', A.at, A.day)
local hit, seen = {}, {}
for _, desk in ipairs(A.desks) do
  for _, holder in ipairs(redis.call('HMGET', P .. 'day:' .. A.day,
      unpack(cells({desk = desk, begins = A.begins, minutes = A.ends - A.begins})))) do
    if holder and not seen[holder] and string.sub(holder, 1, 1) ~= FREED then
      seen[holder] = true
      local b = booking(holder)
      if b.status == 'held' then
        expire(b, true)
      elseif b.status == 'booked' and b.ends > NOW then
        vacate(b)
        become(b, 'displaced')
        b.closure, b.reason = A.closure, A.reason
        save(b)
        count(b, 'displaced')
        hit[#hit + 1] = view(b)
      end
    end
  end
end
return finish('done', {others = hit})
