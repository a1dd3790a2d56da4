-- Codes that tie two doors: all of them under one tag, because wrong ones are counted over all.
-- Before it stands STAGES, the table of bot/domain. Times are data; the lives of keys are only a backstop.
-- KEYS[1]: the code asked about   ARGV: prefix, request, now (ms), arguments (JSON)
local P, REQUEST, NOW, A = ARGV[1], ARGV[2], tonumber(ARGV[3]), cjson.decode(ARGV[4])
local HOUR, DAY, RESULTS = 3600000, 86400000, 259200000
local before = redis.call('GET', P .. 'result:' .. REQUEST)
if before then
  return before
end

-- The result as it is given back, now and whenever the request is repeated. No code, no address is in it.
local function finish(outcome, result)
  result = result or {}
  result.outcome = outcome
  local text = cjson.encode(result)
  redis.call('SET', P .. 'result:' .. REQUEST, text, 'PX', RESULTS)
  return text
end

-- As it is given back once: nothing was done.
local function refuse(outcome)
  return cjson.encode({outcome = outcome})
end

local function code(name)
  local text = redis.call('GET', P .. 'code:' .. name)
  return text and cjson.decode(text) or nil
end

local function save(name, c)
  redis.call('SET', P .. 'code:' .. name, cjson.encode(c), 'PX', DAY)
end

local function may(c, stage)
  return string.find(STAGES, ' ' .. c.stage .. '>' .. stage .. ' ', 1, true)
end

local function window(field)
  return P .. 'tries:' .. math.floor(NOW / HOUR) .. ':' .. field
end

-- Whether one of some counts of this hour (pairs of a name and a limit) has reached its limit.
local function often(counts)
  for _, each in ipairs(counts) do
    if tonumber(redis.call('GET', window(each[1])) or '0') >= each[2] then
      return true
    end
  end
  return false
end

local function count(counts)
  for _, each in ipairs(counts) do
    redis.call('INCR', window(each[1]))
    redis.call('PEXPIRE', window(each[1]), 2 * HOUR)
  end
end
