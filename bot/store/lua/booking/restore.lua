-- Give some displaced appointments their old seats back, because the calendar has them again; those that are free.
-- Arguments: hit (id and version of each, as seen), closure
tidy()
local others = {}
for _, seen in ipairs(A.hit) do
  local b = booking(seen.id)
  local owed = b and b.version == seen.version and b.status == 'displaced' and b.closure == A.closure
  if owed and free(b, nil, true) then
    occupy(b, b)
    become(b, 'booked')
    b.closure, b.news = nil, 'restored'
    save(b)
    count(b, 'displaced', -1)
    others[#others + 1] = view(b)
  end
end
return finish('done', {others = others})
