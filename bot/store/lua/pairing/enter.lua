-- A code is typed at another door: the first one to do so has it. Wrong ones are counted; whether one was never
-- given out, is over or used is not told.
-- Arguments: name, who, from (sealed address), at (its channel), tied, network (may be ''), most (talk, network, overall)
local wrong = {{'talk:' .. A.who, A.most.talk}, {'all', A.most.overall}}
if A.network ~= '' then
  table.insert(wrong, {'network:' .. A.network, A.most.network})
end
local c = code(A.name)
local live = c and NOW < c.ends
if live and c.who == A.who and c.stage ~= 'ended' and c.stage ~= 'tied' then
  return finish('own')
end
if often(wrong) then
  return refuse('often')
end
if live and c.by == A.who and (c.stage == 'typed' or c.stage == 'asked') then
  return finish(c.stage)
end
if not live or not may(c, 'typed') then
  count(wrong)
  return finish('none')
end
if A.tied then -- nothing changes: the code is still good at a door that is free
  return finish('elsewhere', {who = c.who})
end
c.stage, c.by, c.from, c.at = 'typed', A.who, A.from, A.at
save(A.name, c)
return finish('typed')
