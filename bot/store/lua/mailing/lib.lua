-- What the scripts of a mailing share. A recipient is `fate|reason|parts|tries|resent|channel|sealed address`,
-- and, of who was moved or has several doors, `|doors tried, by pseudonym, with commas|channel:why` of the door
-- it was meant for at first.
-- KEYS: mailing, people, stream, later   ARGV[1]: arguments as JSON
-- `c|channel|fate|reason` of the mailing counts people; all of a channel's add up to its recipients.
-- `d|channel:why|channel` counts those it reached by another channel than at first.
local A = cjson.decode(ARGV[1])
local GROUP = 'g'

local function read(who)
  local value = redis.call('HGET', KEYS[2], who)
  if not value then
    return nil
  end
  local fate, reason, parts, tries, resent, channel, rest =
    string.match(value, '^(%a+)|([^|]*)|(%d+)|(%d+)|(%d+)|([^|]*)|(.*)$')
  local address, tried, first = string.match(rest .. '||', '^([^|]*)|([^|]*)|([^|]*)')
  return {fate = fate, reason = reason, parts = tonumber(parts), tries = tonumber(tries),
          resent = tonumber(resent), channel = channel, address = address, tried = tried, first = first}
end

local function write(who, one)
  local value = {one.fate, one.reason, one.parts, one.tries, one.resent, one.channel, one.address}
  if one.tried ~= '' or one.first ~= '' then
    table.insert(value, one.tried)
    table.insert(value, one.first)
  end
  redis.call('HSET', KEYS[2], who, table.concat(value, '|'))
end

local function count(one, by)
  redis.call('HINCRBY', KEYS[1], 'c|' .. one.channel .. '|' .. one.fate .. '|' .. one.reason, by)
end

-- A recipient who still waits gets another fate.
local function settle(who, fate, reason)
  local one = read(who)
  if not one or one.fate ~= 'waiting' then
    return 0
  end
  count(one, -1)
  one.fate, one.reason = fate, reason
  count(one, 1)
  if fate == 'delivered' and one.first ~= '' and string.match(one.first, '^[^:]*') ~= one.channel then
    redis.call('HINCRBY', KEYS[1], 'd|' .. one.first .. '|' .. one.channel, 1)
  end
  write(who, one)
  return 1
end

local function let_go(entry)
  redis.call('XDEL', KEYS[3], entry)
  return redis.call('XACK', KEYS[3], GROUP, entry)
end

local function group(stream)
  redis.pcall('XGROUP', 'CREATE', stream or KEYS[3], GROUP, '0', 'MKSTREAM')
end
