-- Keep the first of some seats that can be had for somebody who then confirms, or none.
-- Arguments: ids, seats, bounds, service, people, source, priority, online, until, who, keys, most, within
tidy()
local again = often('grabs')
if again then
  return finish('often', {['until'] = again})
end
local b = draw('held')
local seat, why = choose(b)
if not seat then
  return finish(why)
end
b['until'], b.who = A['until'], A.by
occupy(b, seat)
save(b)
did('grabs', b.id)
return finish('done', {booking = view(b), ['until'] = b['until']})
