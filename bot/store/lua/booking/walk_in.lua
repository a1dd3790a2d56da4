-- A ticket of the day's queue for somebody who came without an appointment.
-- Arguments: ids, service, people, priority, source, day
local b = draw('arrived')
b.day, b.at, b.ends, b.arrived = A.day, NOW, NOW, NOW
b.ticket = redis.call('INCR', P .. 'tickets:' .. A.day)
redis.call('ZADD', P .. 'days', 'GT', NOW, A.day)
save(b)
count(b, 'walk_in')
return finish('done', {booking = view(b)})
