-- Take, give back, end. Of several who take at once the first gets it.
-- Arguments: id, to, what, by (a citizen) or officer, post (sealed, of one who takes), buckets (minutes), day
local h = load(A.id)
if not h or (A.by and h.by ~= A.by) then
  return finish('not_found')
end
-- Officers come into what waits, and leave only what they are in; to open again what is over is the citizen's.
local theirs = not A.officer or A.to == 'taken' or (h.stage == 'taken' and h.officer == A.officer)
if not may(h, A.to) or not theirs then
  return finish('not_allowed', h)
end
if A.to == 'taken' then
  h.stage, h.officer, h.post, h.since = 'taken', A.officer, A.post, h.lines
  line(h, 'taken')
  local waited = math.max(0, math.floor((NOW - h.asked) / 1000))
  count('taken')
  count('waited', waited)
  for _, minutes in ipairs(A.buckets) do
    if waited <= minutes * 60 then
      count('within|' .. minutes)
    end
  end
elseif A.to == 'open' then
  h.stage, h.officer, h.post, h.asked, h.round = 'open', nil, nil, NOW, h.round + 1
  h.lapses = math.max(h.lapses, A.lapses)
  line(h, 'back')
else
  count('ended|' .. A.what)
  over(h, A.to, A.what)
end
h.last = NOW
save(h)
return finish('done', h)
