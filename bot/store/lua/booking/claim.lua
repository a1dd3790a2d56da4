-- Accept the place that is offered: it is booked with what was said when joining the list.
-- Arguments: waiter, who, live, misses, remembered, cooling
tidy()
local w = waiter(A.waiter)
if not w or not theirs(w.who) then
  return finish('not_found')
end
if w.status ~= 'offered' then
  local over = w.booking and w.status ~= 'claimed' and w.status ~= 'left'
  return finish(over and 'expired' or 'not_allowed')
end
local b = booking(w.booking)
local old = w.instead and booking(w.instead)
local why, again = refused(w.phone, b.id)
if old and old.status == 'booked' then
  why = nil -- one is given back for it
end
if why then
  return finish(why, {booking = view(b), ['until'] = again})
end
w.status = 'claimed'
save_waiter(w)
become(b, 'booked')
name(b, w.phone, w.personal)
save(b)
count(b, 'booked')
local others = {}
if old and old.status == 'booked' and old.at > NOW then
  vacate(old)
  become(old, 'cancelled')
  save(old)
  count(old, 'cancelled')
  others[1] = view(old)
end
return finish('done', {booking = view(b), others = others, waiter = w.id})
