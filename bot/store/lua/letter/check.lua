-- Look a letter up by code and year, counting every try before anything is told.
-- Arguments: name (of the code), year, talk, network (may be ''), tries
-- No such code, another year, a letter that is locked: the answer is the same `none`, and counts the same.
local day, hour = 'd' .. math.floor(NOW / DAY), 'h' .. math.floor(NOW / HOUR)
local T = A.tries

local function tried(window, field)
  return tonumber(redis.call('HGET', P .. 'tries:' .. window, field) or '0')
end

local function try(window, field, ends)
  redis.call('HINCRBY', P .. 'tries:' .. window, field, 1)
  redis.call('ZADD', P .. 'windows', ends, window)
end

local wrong = {
  {day, 'talk:' .. A.talk, T.talk}, {day, 'code:' .. A.name, T.code}, {hour, 'all', T.overall},
}
if A.network ~= '' then
  table.insert(wrong, {day, 'network:' .. A.network, T.network})
end
local often = tried(day, 'asks:' .. A.talk) >= T.asks
for _, each in ipairs(wrong) do
  often = often or tried(each[1], each[2]) >= each[3]
end
if often then -- not remembered: nothing was done, and nothing grows by asking on
  return cjson.encode({outcome = 'often'})
end
local day_ends, hour_ends = (math.floor(NOW / DAY) + 1) * DAY, (math.floor(NOW / HOUR) + 1) * HOUR
local l = letter(A.name)
if l and l.wrong < T.letter and l.year == A.year then
  try(day, 'asks:' .. A.talk, day_ends)
  l.checks = l.checks + 1
  save(l)
  return finish('found', {letter = view(l)})
end
for _, each in ipairs(wrong) do
  try(each[1], each[2], each[1] == hour and hour_ends or day_ends)
end
try(day, 'asks:' .. A.talk, day_ends)
if l and l.wrong < T.letter then
  l.wrong = l.wrong + 1
  if l.wrong >= T.letter and may(l, 'locked') then
    become(l, 'locked')
  end
  save(l)
end
return finish('none')
