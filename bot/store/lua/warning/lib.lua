-- What both scripts of warnings need. KEYS: warning, list, request, roster   ARGV[1]: arguments as JSON
local A = cjson.decode(ARGV[1])
local REQUEST_LASTS = 86400000

-- The first result again, when this was asked for before.
local function before()
  return redis.call('GET', KEYS[3])
end

local function finish(outcome, version)
  local result = cjson.encode({outcome = outcome, version = version})
  redis.call('SET', KEYS[3], result, 'PX', REQUEST_LASTS)
  return result
end

-- Whether the officer's entry still is what their rights were read from: who has left meanwhile does nothing.
local function stands()
  return not A.card or (redis.call('HGET', KEYS[4], A.card) or '') == A.raw
end
