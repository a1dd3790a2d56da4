-- Call the next visitor of today's queue to a desk.
--
-- The rule. Due are those whose appointment has come: from its begin, or from their arrival when they were late.
--   1. Those who are due go first, in the order of that moment; of the same moment priority people first.
--   2. After `streak` of them in a row one who came without an appointment is called, if one waits.
--   3. Of those without: priority people first, but after `streak` in a row one of the others.
--   4. Whoever came too early for an appointment is called when nobody else waits, the earliest appointment first.
-- Arguments: day, services the desk serves, streak, desk
local serves = {}
for _, service in ipairs(A.services) do
  serves[service] = true
end
local due, favoured, others, early = {}, {}, {}, {}
for _, id in ipairs(redis.call('ZRANGE', P .. 'queue:' .. A.day, 0, -1)) do
  local b = booking(id)
  if serves[b.service] then
    local line, turn = others, b.arrived
    if b.source ~= 'walk_in' then
      turn = math.max(turn, b.at)
      line = turn <= NOW and due or early
    elseif b.priority == '1' then
      line = favoured
    end
    line[#line + 1] = {b = b, turn = turn}
  end
end
local function before(one, other)
  if one.turn ~= other.turn then
    return one.turn < other.turn
  end
  if one.b.priority ~= other.b.priority then
    return one.b.priority == '1'
  end
  return one.b.ticket < other.b.ticket
end
for _, line in ipairs({due, favoured, others, early}) do
  table.sort(line, before)
end
local streaks = P .. 'streaks:' .. A.day
local function row(kind)
  return tonumber(redis.call('HGET', streaks, kind) or 0)
end
local walked = #favoured + #others > 0
local kind, line
if #due > 0 and not (walked and row('due') >= A.streak) then
  kind, line = 'due', due
elseif #favoured > 0 and not (#others > 0 and row('priority') >= A.streak) then
  kind, line = 'priority', favoured
elseif #others > 0 then
  kind, line = 'other', others
elseif #early > 0 then
  kind, line = 'early', early
else
  return finish('not_found')
end
if kind == 'due' then
  redis.call('HINCRBY', streaks, 'due', 1)
elseif kind ~= 'early' then
  redis.call('HSET', streaks, 'due', 0, 'priority', kind == 'priority' and row('priority') + 1 or 0)
end
local b = line[1].b
become(b, 'called')
b.called, b.post = NOW, A.desk
save(b)
return finish('done', {booking = view(b)})
