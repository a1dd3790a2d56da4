-- Give an appointment, or a hold, back; its seat is free at once.
-- Arguments: id, who or owner, late (also after it began), news (the person is to be told) with a reason, or nil
tidy()
local b = booking(A.id)
if not owned(b) then
  return finish('not_found')
end
if b.status == 'held' then
  expire(b)
  return finish('done', {booking = view(b)})
end
local begun = b.status == 'booked' and b.at <= NOW and not A.late
if begun or not may(b, 'cancelled') then
  return finish('not_allowed', {booking = view(b)})
end
vacate(b)
become(b, 'cancelled')
b.news, b.reason = A.news, A.reason
save(b)
count(b, 'cancelled')
return finish('done', {booking = view(b)})
