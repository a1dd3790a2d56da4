-- Decline an offer (the next one gets it, one stays on the list behind the others) or leave the list for good.
-- Arguments: waiter, who, stay
tidy()
local w = waiter(A.waiter)
if not w or not theirs(w.who) then
  return finish('not_found')
end
if w.status ~= 'offered' and (A.stay or w.status ~= 'waiting') then
  return finish('not_allowed')
end
if w.status == 'offered' then
  if not A.stay then
    w.status = 'left'
    save_waiter(w)
  end
  expire(booking(w.booking))
else
  w.status = 'left'
  save_waiter(w)
end
return finish('done', {waiter = w.id})
