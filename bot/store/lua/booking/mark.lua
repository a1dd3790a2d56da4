-- An officer says what became of a visitor, if it still is as they saw it: of two officers one wins.
-- Arguments: id, version and status as seen, to, desk
local b = booking(A.id)
if not b then
  return finish('not_found')
end
local seen = b.status == A.status and b.version == A.version
local early = A.to == 'missed' and b.status == 'booked' and b.at > NOW
if not seen or early or not may(b, A.to) then
  return finish('not_allowed', {booking = view(b)})
end
local before = b.status
if A.to == 'arrived' and before ~= 'called' and b.day ~= A.day then
  return finish('not_allowed', {booking = view(b)})
end
if A.to == 'booked' and (before ~= 'arrived' or b.source == 'walk_in') then
  return finish('not_allowed', {booking = view(b)})
end
become(b, A.to)
if A.to == 'arrived' and before == 'booked' then
  b.arrived = NOW
  b.ticket = b.ticket or redis.call('INCR', P .. 'tickets:' .. b.day)
elseif A.to == 'called' then
  b.called, b.post = NOW, A.desk
end
if before == 'missed' then
  count(b, 'missed', -1)
  b.arrived = b.arrived or NOW
  b.ticket = b.ticket or redis.call('INCR', P .. 'tickets:' .. b.day)
end
if b.phone and (before == 'missed' or A.to == 'missed') then
  listed(A.to == 'missed', P .. 'misses:' .. b.phone, NOW, b.id)
  redis.call('ZADD', P .. 'missers', NOW, b.phone)
end
save(b)
if A.to == 'served' or A.to == 'missed' then
  count(b, A.to)
end
return finish('done', {booking = view(b)})
