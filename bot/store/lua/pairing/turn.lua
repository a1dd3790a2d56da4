-- A press about a code, by whoever it is for.
-- Arguments: name, who, to (asked: it is my own; tying: yes, it was I; ended: no)
local c = code(A.name)
local yours = c and ((A.to ~= 'asked' and c.who == A.who) or (A.to ~= 'tying' and c.by == A.who))
if not yours then
  return finish('none')
end
if A.to == 'tying' and c.stage == 'tying' then -- a process died over it: what is left is done now
  return cjson.encode({outcome = 'done'})
end
if c.stage == 'tying' then -- said too late
  return refuse('none')
end
if c.stage == 'tied' or (c.stage == 'ended' and c.became) then
  return finish(c.request == REQUEST and c.became or 'same')
end
if c.stage == A.to then
  return finish('same')
end
if not may(c, A.to) or (A.to ~= 'ended' and NOW >= c.ends) then
  return finish('none')
end
c.stage = A.to
if A.to == 'tying' then
  c.request = REQUEST
  save(A.name, c)
  return cjson.encode({outcome = 'done'})
end
save(A.name, c)
return finish('done')
