-- An appointment by its number and the phone it was made with; wrong tries are counted.
-- Arguments: id, owner, keys, most, within, mark
local again = often('tries')
if again then
  return finish('often', {['until'] = again})
end
local b = booking(A.id)
if not b or b.phone ~= A.owner then
  did('tries', A.mark)
  return finish('not_found')
end
return finish('done', {booking = view(b)})
