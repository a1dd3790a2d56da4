-- Join the waiting list of some days, with everything that is needed to book when a place comes.
-- Arguments: id, service, people, priority, days (a,b,c), from, to (minutes of a day), ends (ms), who, phone, personal,
--   offers, waits, errand, instead (an appointment that is given back when an earlier place is taken), live, misses, …
tidy()
if A.instead then
  local b = booking(A.instead)
  if not b or b.who ~= A.by or b.status ~= 'booked' then
    return finish('not_found')
  end
end
local why, again = refused(A.phone, A.instead)
if why then
  return finish(why, {['until'] = again})
end
if A.waits > 0 and redis.call('ZCOUNT', P .. 'waits:' .. A.phone, NOW + 1, '+inf') >= A.waits then
  return finish('limit')
end
local w = {id = A.id, status = 'waiting', service = A.service, people = A.people, priority = A.priority, days = A.days,
           from = A.from, to = A.to, ends = A.ends, who = A.by, phone = A.phone, personal = A.personal, tries = A.offers,
           made = NOW, turn = redis.call('INCR', P .. 'turns'), instead = A.instead,
           errand = A.errand}
save_waiter(w)
-- A place may have become free just before: the list of these days is gone through once.
for day in string.gmatch(w.days, '[^,]+') do
  redis.call('ZADD', P .. 'freed', redis.call('INCR', P .. 'marks'), day)
end
return finish('done', {waiter = w.id})
