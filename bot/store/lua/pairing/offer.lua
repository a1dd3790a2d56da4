-- A new code for a door; the one it showed before is over.
-- Arguments: who, to (sealed address), door (its channel), names (of codes to choose from), ends, most
local counts = {{'codes:' .. A.who, A.most}}
if often(counts) then
  return refuse('often')
end
local former = redis.call('GET', P .. 'of:' .. A.who)
local c = former and code(former)
if c and c.stage ~= 'tying' and may(c, 'ended') then
  c.stage = 'ended'
  save(former, c)
end
for place, name in ipairs(A.names) do
  if not code(name) then
    count(counts)
    save(name, {stage = 'open', who = A.who, to = A.to, door = A.door, ends = A.ends})
    redis.call('SET', P .. 'of:' .. A.who, name, 'PX', DAY)
    return finish('done', {place = place - 1})
  end
end
error('no code is free')
