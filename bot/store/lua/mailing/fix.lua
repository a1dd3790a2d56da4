-- Write recipients of one channel and account down, once each, while the warning is being sent and they are not
-- all fixed. KEYS: … , case, lines   Arguments: now, keep, line, channel, people: [[who, sealed address], …]
if redis.call('HGET', KEYS[5], 'state') ~= 'sending' then
  return 'halt'
end
if redis.call('HEXISTS', KEYS[1], 'fixed') == 1 then
  return 'fixed'
end
redis.call('HSETNX', KEYS[1], 'begun', A.now)
group()
redis.call('SADD', KEYS[6], A.line)
local new = 0
for _, each in ipairs(A.people) do
  local value = table.concat({'waiting', '', 0, 0, 0, A.channel, each[2]}, '|')
  if redis.call('HSETNX', KEYS[2], each[1], value) == 1 then
    redis.call('XADD', KEYS[3], '*', 'p', each[1])
    new = new + 1
  end
end
redis.call('HINCRBY', KEYS[1], 'recipients', new)
redis.call('HINCRBY', KEYS[1], 'c|' .. A.channel .. '|waiting|', new)
for _, key in ipairs({1, 2, 3, 6}) do
  redis.call('PEXPIREAT', KEYS[key], A.keep)
end
return 'done'
