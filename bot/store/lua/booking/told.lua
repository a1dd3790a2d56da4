-- The person knows by now what was done to their appointment, if it stands as it was seen.
-- Arguments: id, version, phoned (an officer told them; else it arrived in writing) or nil
local b = booking(A.id)
if not b then
  return finish('not_found')
end
if b.version ~= A.version then
  return finish('not_allowed', {booking = view(b)})
end
b.news = nil
if A.phoned then
  b.phoned = NOW
end
save(b)
return finish('done', {booking = view(b)})
