-- Some appointments lose their seats, because the calendar has them no more: who is booked is owed another time.
-- Arguments: hit (id and version of each as seen, why, and the place it was at if not the station), closure
tidy()
local others = {}
for _, seen in ipairs(A.hit) do
  local b = booking(seen.id)
  if b and b.version == seen.version and b.ends > NOW then
    if b.status == 'held' then
      expire(b, true)
    elseif b.status == 'booked' then
      vacate(b)
      become(b, 'displaced')
      b.closure, b.reason, b.place = A.closure, seen.reason, seen.place
      save(b)
      count(b, 'displaced')
      others[#others + 1] = view(b)
    end
  end
end
return finish('done', {others = others})
