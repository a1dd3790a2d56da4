-- Undo a closure. Whoever it displaced and has no other time yet gets the old seat back, if it is still free.
-- Arguments: closure, day
tidy()
local text = redis.call('HGET', P .. 'closed:' .. A.day, A.closure)
if not text then
  return finish('not_found')
end
redis.call('HDEL', P .. 'closed:' .. A.day, A.closure)
local back = {}
for _, id in ipairs(redis.call('ZRANGE', P .. 'displaced', 0, -1)) do
  local b = booking(id)
  if b.closure == A.closure and b.day == A.day and free(b, nil, true) then
    occupy(b, b)
    become(b, 'booked')
    b.closure, b.news = nil, 'restored'
    save(b)
    count(b, 'displaced', -1)
    back[#back + 1] = view(b)
  end
end
if redis.call('ZCARD', P .. 'waiters:' .. A.day) > 0 then
  local span, freed = cjson.decode(text), {}
  for _, desk in ipairs(span.desks) do
    for _, cell in ipairs(cells({desk = desk, begins = span.begins, minutes = span.ends - span.begins})) do
      if redis.call('HEXISTS', P .. 'day:' .. A.day, cell) == 0 then
        freed[#freed + 1] = cell
      end
    end
  end
  reserve(A.day, freed)
end
return finish('done', {others = back})
