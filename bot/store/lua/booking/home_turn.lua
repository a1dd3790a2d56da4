-- What becomes of a request for a visit at home, if it still is as it was seen: of two officers one wins.
-- Arguments: number, to; version (officers: as seen) or who (of those who asked); day, from, till (of a plan)
local h = home(A.number)
if not h or not theirs(h.who) then
  return finish('not_found')
end
if (A.version and h.version ~= A.version) or not legal(HOME_MOVES, h.status, A.to) then
  return finish('not_allowed', {home = view_home(h)})
end
turn_home(h, A.to)
if A.day then
  h.day, h.from, h.till, h.plans = A.day, A.from, A.till, h.plans + 1
end
save_home(h)
return finish('done', {home = view_home(h)})
