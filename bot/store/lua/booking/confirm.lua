-- A held seat becomes somebody's appointment.
-- Arguments: id, who, phone, personal, live, misses, remembered, cooling
local b = booking(A.id)
if not owned(b) then
  return finish('not_found')
end
if b.status == 'held' and b['until'] <= NOW then
  b.status = 'expired' -- by the clock; whoever sweeps next writes it down
end
if b.status == 'expired' then
  return finish('expired', {booking = view(b)})
end
if b.status ~= 'held' or b.offered then
  return finish('not_allowed', {booking = view(b)})
end
local why, again = refused(A.phone, b.id)
if why then
  return finish(why, {booking = view(b), ['until'] = again})
end
become(b, 'booked')
name(b, A.phone, A.personal)
save(b)
count(b, 'booked')
return finish('done', {booking = view(b)})
