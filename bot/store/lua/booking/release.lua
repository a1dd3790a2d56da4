-- The waiting list of a day was gone through: what was freed up to then and nobody could use is everybody's.
-- Arguments: day, mark
local key = P .. 'day:' .. A.day
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  if string.sub(all[i + 1], 1, 1) == FREED and tonumber(string.sub(all[i + 1], 2)) <= A.mark then
    redis.call('HDEL', key, all[i])
  end
end
local last = redis.call('ZSCORE', P .. 'freed', A.day)
if last and tonumber(last) <= A.mark then
  redis.call('ZREM', P .. 'freed', A.day)
end
return finish('done')
