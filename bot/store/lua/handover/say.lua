-- Words of one side, to be relayed to the other.
-- Arguments: id, what, by (a citizen) or officer, words (sealed), lines
local h = load(A.id)
if not h or (A.by and h.by ~= A.by) then
  return finish('not_found')
end
local shown = h.stage == 'taken' or (h.stage == 'open' and h.reason ~= 'urgent')
if not shown or (A.officer and (h.stage ~= 'taken' or h.officer ~= A.officer)) then
  return finish('not_allowed', h)
end
if h.lines >= A.lines then
  return finish('full', h)
end
line(h, A.what, A.words)
h.last = NOW
save(h)
return finish('done', h)
