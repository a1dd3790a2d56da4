-- Write recipients of one channel and account down, once each, while the warning is being sent and they are not
-- all fixed. KEYS: … , case, lines, doors   Arguments: now, keep, line, channel, people: [{who, address (sealed),
-- first (`channel:why` or empty), doors: [[pseudonym, sealed address], …] when there are several}, …]
-- `doors`: of a door of several whose person it is, of such a person all doors, as `pseudonym|sealed address,…`.
if redis.call('HGET', KEYS[5], 'state') ~= 'sending' then
  return 'halt'
end
if redis.call('HEXISTS', KEYS[1], 'fixed') == 1 then
  return 'fixed'
end
redis.call('HSETNX', KEYS[1], 'begun', A.now)
group()
redis.call('SADD', KEYS[6], A.line)

-- Whether somebody was written down before they tied this door to others.
local function alone(doors)
  for _, door in ipairs(doors) do
    if redis.call('HEXISTS', KEYS[2], door[1]) == 1 then
      return true
    end
  end
  return false
end

local function note(who, doors)
  local all = {}
  for _, door in ipairs(doors) do
    redis.call('HSET', KEYS[7], door[1], who)
    table.insert(all, door[1] .. '|' .. door[2])
  end
  if #all > 0 then
    redis.call('HSET', KEYS[7], who, table.concat(all, ','))
  end
end

local new = 0
for _, each in ipairs(A.people) do
  local known = redis.call('HEXISTS', KEYS[2], each.who) == 1 or alone(each.doors)
  if not known then
    write(each.who, {fate = 'waiting', reason = '', parts = 0, tries = 0, resent = 0, channel = A.channel,
                     address = each.address, tried = '', first = each.first})
    note(each.who, each.doors)
    redis.call('XADD', KEYS[3], '*', 'p', each.who)
    new = new + 1
  end
end
redis.call('HINCRBY', KEYS[1], 'recipients', new)
redis.call('HINCRBY', KEYS[1], 'c|' .. A.channel .. '|waiting|', new)
for _, key in ipairs({1, 2, 3, 6, 7}) do
  redis.call('PEXPIREAT', KEYS[key], A.keep)
end
return 'done'
