-- Hold and confirm in one, by an officer for somebody on the phone.
-- Arguments: ids, seats, service, people, source, priority, online, phone, personal, live, misses, …
tidy()
local why, again = refused(A.phone)
if why then
  return finish(why, {['until'] = again})
end
local b = draw('booked')
local seat, none = choose(b, nil, A.favoured)
if not seat then
  return finish(none)
end
name(b, A.phone, A.personal)
occupy(b, seat)
save(b)
count(b, 'booked')
return finish('done', {booking = view(b)})
