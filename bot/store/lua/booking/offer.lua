-- Hold a free place for somebody who waits, until they accept it or the time is up.
-- Arguments: waiter, ids, seats, bounds, source, online, until, priority, service, people
tidy()
local w = waiter(A.waiter)
if not w or w.status ~= 'waiting' then
  return finish('not_allowed')
end
local b = draw('held')
local seat, why = choose(b, nil, true)
if not seat then
  return finish(why)
end
b['until'], b.who, b.offered = A['until'], w.who, w.id
w.status, w['until'], w.booking = 'offered', A['until'], b.id
save_waiter(w)
occupy(b, seat)
save(b)
count(b, 'offered')
return finish('done', {booking = view(b), waiter = w.id, ['until'] = b['until']})
