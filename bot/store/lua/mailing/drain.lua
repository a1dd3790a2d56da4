-- Nothing goes out any more: settle who waits, some at a time. Whoever a worker died with is unsure.
-- KEYS: … , case   Arguments: worker, idle, most, reason
-- Returns how many are left, those being sent included; -1 while the warning is being sent.
if redis.call('HGET', KEYS[5], 'state') == 'sending' then
  return -1
end
if redis.call('EXISTS', KEYS[3]) == 0 then
  return 0
end
for _, who in ipairs(redis.call('ZRANGE', KEYS[4], 0, A.most - 1)) do
  settle(who, 'expired', A.reason)
  redis.call('ZREM', KEYS[4], who)
end
local found = redis.call('XREADGROUP', 'GROUP', GROUP, A.worker, 'COUNT', A.most, 'STREAMS', KEYS[3], '>')
for _, entry in ipairs(found and found[1][2] or {}) do
  settle(entry[2][2], 'expired', A.reason)
  let_go(entry[1])
end
for _, idle in ipairs(redis.call('XPENDING', KEYS[3], GROUP, 'IDLE', A.idle, '-', '+', A.most)) do
  for _, entry in ipairs(redis.call('XCLAIM', KEYS[3], GROUP, A.worker, A.idle, idle[1])) do
    settle(entry[2][2], 'unsure', 'died')
  end
  let_go(idle[1])
end
return redis.call('XLEN', KEYS[3]) + redis.call('ZCARD', KEYS[4])
