-- What every script of handovers begins with. Before it stands HANDOVER_MOVES, the table of bot/domain.
-- KEYS: live (all other keys have its tag)
-- ARGV: prefix, request id or '', now (ms), arguments (json)
local P, REQUEST, NOW, A = ARGV[1], ARGV[2], tonumber(ARGV[3]), cjson.decode(ARGV[4])
local HOUR = 3600000
local KEPT, LONGEST, RESULTS = 24 * HOUR, 14 * 24 * HOUR, 72 * HOUR
if REQUEST ~= '' then
  local before = redis.call('GET', P .. 'handover-done:' .. REQUEST)
  if before then
    return before
  end
end

local function live(h)
  return h.stage == 'open' or h.stage == 'taken'
end

local function may(h, to)
  return string.find(HANDOVER_MOVES, ' ' .. h.stage .. '>' .. to .. ' ', 1, true) ~= nil
end

local function load(id)
  local text = redis.call('GET', P .. 'handover:' .. id)
  return text and cjson.decode(text) or nil
end

-- How it stands, without whose it is and where they are written to.
local function view(h)
  local shown = {}
  for name, value in pairs(h) do
    if name ~= 'by' and name ~= 'to' and name ~= 'post' then
      shown[name] = value
    end
  end
  return shown
end

-- The result, now and whenever the request is repeated. Nothing personal may be in it.
local function finish(outcome, h)
  local text = cjson.encode({outcome = outcome, handover = h and view(h) or nil})
  if REQUEST ~= '' then
    redis.call('SET', P .. 'handover-done:' .. REQUEST, text, 'PX', RESULTS)
  end
  return text
end

-- Lines: words are sealed. What is over, and what nobody looks after, ends by itself.
local function line(h, what, sealed)
  h.lines = h.lines + 1
  redis.call('RPUSH', P .. 'handover-lines:' .. h.id, h.lines .. '|' .. what .. '|' .. string.format('%.0f', NOW) .. '|' .. (sealed or ''))
end

local function save(h)
  h.version = h.version + 1
  local over = not live(h)
  local lasts = over and math.max(1, h.ended + KEPT - NOW) or LONGEST
  redis.call('SET', P .. 'handover:' .. h.id, cjson.encode(h), 'PX', lasts)
  redis.call('PEXPIRE', P .. 'handover-lines:' .. h.id, lasts)
  redis.call('SET', P .. 'handover-of:' .. h.by, h.id, 'PX', lasts)
  if over then
    redis.call('ZREM', P .. 'handovers', h.id)
    redis.call('ZADD', P .. 'handovers-over', h.ended, h.id)
  else
    redis.call('ZREM', P .. 'handovers-over', h.id)
    redis.call('ZADD', P .. 'handovers', h.asked, h.id)
  end
  if h.lines > h.relayed then
    redis.call('ZADD', P .. 'handovers-owed', NOW, h.id)
  else
    redis.call('ZREM', P .. 'handovers-owed', h.id)
  end
end

local function forget(id, by)
  redis.call('DEL', P .. 'handover:' .. id, P .. 'handover-lines:' .. id)
  if by and redis.call('GET', P .. 'handover-of:' .. by) == id then
    redis.call('DEL', P .. 'handover-of:' .. by)
  end
  for _, list in ipairs({'handovers', 'handovers-over', 'handovers-owed'}) do
    redis.call('ZREM', P .. list, id)
  end
end

local function over(h, stage, what)
  h.stage, h.ended = stage, NOW
  line(h, what)
end

-- Counts of a day (local): numbers only.
local function count(field, by)
  if A.day then
    local key = P .. 'handover-counts:' .. A.day
    redis.call('HINCRBY', key, field, by or 1)
    redis.call('PEXPIRE', key, 730 * 24 * HOUR)
  end
end
