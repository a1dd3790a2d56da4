-- Another seat for an appointment: the new one taken and the old one freed in one step, or nothing.
-- Arguments: id, seats, bounds, who or owner, late (also after it began), version (of the one seen) or nil,
--   news (the person is to be told) or nil
tidy()
local b = booking(A.id)
if not owned(b) then
  return finish('not_found')
end
local begun = b.status == 'booked' and b.at <= NOW and not A.late
local seen = not A.version or A.version == b.version
if not (b.status == 'booked' or b.status == 'displaced') or begun or not seen then
  return finish('not_allowed', {booking = view(b)})
end
local seat, why = choose(b, b.id, A.favoured)
if not seat then
  return finish(why, {booking = view(b)})
end
vacate(b)
occupy(b, seat)
if b.status == 'displaced' then
  become(b, 'booked')
  b.closure = nil
else
  b.version = b.version + 1
end
b.news, b.phoned = A.news, nil
save(b)
count(b, 'moved')
return finish('done', {booking = view(b)})
