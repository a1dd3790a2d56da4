-- The register of letters: all of it under one tag, because guesses are counted over all of it.
-- Before it stands MOVES, the table of bot/domain.
-- KEYS[1]: the ids of requests   ARGV: prefix, request, now (ms), arguments (JSON)
local P, REQUEST, NOW, A = ARGV[1], ARGV[2], tonumber(ARGV[3]), cjson.decode(ARGV[4])
local HOUR, DAY, RESULTS, SWEPT = 3600000, 86400000, 259200000, 100
if REQUEST ~= '' then
  local before = redis.call('HGET', P .. 'results', REQUEST)
  if before then
    return before
  end
end

-- The result as it is given back, now and whenever the request is repeated. Neither code nor year is in it.
local function finish(outcome, result)
  result = result or {}
  result.outcome = outcome
  local text = cjson.encode(result)
  if REQUEST ~= '' then
    redis.call('HSET', P .. 'results', REQUEST, text)
    redis.call('ZADD', KEYS[1], NOW, REQUEST)
  end
  return text
end

local function letter(name)
  local text = redis.call('GET', P .. 'letter:' .. name)
  return text and cjson.decode(text) or nil
end

local function save(l)
  redis.call('SET', P .. 'letter:' .. l.name, cjson.encode(l))
  if l.status == 'open' then
    redis.call('ZADD', P .. 'open:' .. l.station, l.ends, l.name)
  else
    redis.call('ZREM', P .. 'open:' .. l.station, l.name)
  end
end

local function may(l, status)
  return string.find(MOVES, ' ' .. l.status .. '>' .. status .. ' ', 1, true)
end

local function become(l, status)
  if not may(l, status) then
    error('no such move of a letter: ' .. l.status .. ' to ' .. status)
  end
  l.status, l.version = status, l.version + 1
end

local function view(l)
  local shown = {}
  for name, value in pairs(l) do
    if name ~= 'year' and name ~= 'sealed' then
      shown[name] = value
    end
  end
  return shown
end

-- Forget what was kept long enough; bounded, so that nobody waits for it.
local function tidy()
  local gone = 0
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', P .. 'leaving', '-inf', NOW, 'LIMIT', 0, SWEPT)) do
    local l = letter(name)
    if l then
      redis.call('ZREM', P .. 'of:' .. l.station, name)
      redis.call('ZREM', P .. 'open:' .. l.station, name)
    end
    redis.call('DEL', P .. 'letter:' .. name)
    redis.call('ZREM', P .. 'leaving', name)
    gone = gone + 1
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', NOW - RESULTS, 'LIMIT', 0, SWEPT)) do
    redis.call('HDEL', P .. 'results', id)
    redis.call('ZREM', KEYS[1], id)
  end
  for _, window in ipairs(redis.call('ZRANGEBYSCORE', P .. 'windows', '-inf', NOW, 'LIMIT', 0, SWEPT)) do
    redis.call('DEL', P .. 'tries:' .. window)
    redis.call('ZREM', P .. 'windows', window)
  end
  return gone
end

tidy()
