-- What every script of a station's bookings begins with. Before it stand MOVES and HOME_MOVES, the tables of
-- bot/domain, as texts: ' held>booked held>expired … ', because each run of a script would build a table anew.
-- KEYS: ids (all other keys begin as it does)
-- ARGV: prefix, request id or '', now (ms), arguments (json)
local P, REQUEST, NOW, A = ARGV[1], ARGV[2], tonumber(ARGV[3]), cjson.decode(ARGV[4])
local CELL, FREED = 5, 'w'
if REQUEST ~= '' then
  local before = redis.call('HGET', P .. 'results', REQUEST)
  if before then
    return before
  end
end

-- The result as it is given back, now and whenever the request is repeated. Nothing personal may be in it.
-- `booking` and `others` are texts of `view` already: writing numbers out is what costs a script most.
local function finish(outcome, result)
  result = result or {}
  local one, others = result.booking, result.others
  result.outcome, result.booking, result.others = outcome, nil, nil
  local text = cjson.encode(result)
  if one then
    text = '{"booking":' .. one .. ',' .. string.sub(text, 2)
  end
  if others then
    text = '{"others":[' .. table.concat(others, ',') .. '],' .. string.sub(text, 2)
  end
  if REQUEST ~= '' then
    redis.call('HSET', P .. 'results', REQUEST, text)
    redis.call('ZADD', KEYS[1], NOW, REQUEST)
  end
  return text
end

-- A booking and a waiting entry are one JSON text each: a hash of twenty fields costs the server ten times as much.
local function load(key)
  local text = redis.call('GET', key)
  return text and cjson.decode(text) or nil
end

local function store(key, fields)
  redis.call('SET', key, cjson.encode(fields))
end

local function listed(wanted, key, score, member)
  if wanted then
    redis.call('ZADD', key, score, member)
  else
    redis.call('ZREM', key, member)
  end
end

-- Bookings. Every list one can be in follows from the booking itself, here and nowhere else.
local LIVE = {held = true, booked = true, displaced = true}

-- Status, begin, phone and news of bookings that were read; of those that were saved, the text.
local as_loaded = {}

local function remember(b, text)
  as_loaded[b] = {status = b.status, at = b.at, phone = b.phone, news = b.news, text = text}
end

local function booking(id)
  local b = load(P .. 'booking:' .. id)
  if b then
    remember(b)
  end
  return b
end

local function public(b)
  local who, phone = b.who, b.phone
  b.who, b.phone = nil, nil
  local text = cjson.encode(b)
  b.who, b.phone = who, phone
  return text
end

-- A booking as everybody may see it, as text: without whose it is. Saved before it is viewed.
local function view(b)
  local saved = as_loaded[b]
  return saved and saved.text or public(b)
end

local function save(b)
  local before = as_loaded[b] or {}
  local changed, placed = before.status ~= b.status, before.at ~= b.at
  local text = public(b)
  local whose = (b.who and '"who":"' .. b.who .. '",' or '') .. (b.phone and '"phone":"' .. b.phone .. '",' or '')
  redis.call('SET', P .. 'booking:' .. b.id, '{' .. whose .. string.sub(text, 2))
  if b.phone and (changed or placed or before.phone ~= b.phone) then
    listed(LIVE[b.status], P .. 'phone:' .. b.phone, b.ends, b.id)
  end
  if b.who and placed then
    redis.call('ZADD', P .. 'mine:' .. b.who, b.at, b.id)
  end
  if changed and (b.status == 'held' or before.status == 'held') then
    listed(b.status == 'held', P .. 'holds', b['until'], b.id)
  end
  if changed and (b.status == 'displaced' or before.status == 'displaced') then
    listed(b.status == 'displaced', P .. 'displaced', b.at, b.id)
  end
  if before.news ~= b.news or (b.news and placed) then
    listed(b.news, P .. 'news', b.ends, b.id)
  end
  if changed and (b.status == 'arrived' or before.status == 'arrived') then
    listed(b.status == 'arrived', P .. 'queue:' .. b.day, b.arrived, b.id)
  end
  if placed or b.status == 'expired' then
    listed(b.status ~= 'expired', P .. 'agenda', b.at, b.id)
    listed(b.status ~= 'expired', P .. 'leaving', b.ends, b.id)
    listed(b.status == 'expired', P .. 'stale', NOW, b.id)
  end
  remember(b, text)
end

-- Who comes: sealed, and apart from the booking, so that no list of bookings carries it along.
local function name(b, phone, personal)
  b.phone = phone
  redis.call('SET', P .. 'personal:' .. b.id, personal)
end

local function count(b, event, times)
  redis.call('HINCRBY', P .. 'stats:' .. b.day, b.service .. '|' .. event, times or 1)
end

local function legal(moves, from, to)
  return string.find(moves, ' ' .. from .. '>' .. to .. ' ', 1, true) ~= nil
end

local function may(b, status)
  return legal(MOVES, b.status, status)
end

-- The caller saves it. What the person was to be told of what was before is out of date.
local function become(b, status)
  if not may(b, status) then
    error('no such move: ' .. b.status .. ' to ' .. status)
  end
  b.status, b.version = status, b.version + 1
  b.news, b.reason, b.place, b.phoned = nil, nil, nil, nil
end

-- Whether somebody's talk is one of those of whoever asks: ' a b ', all doors of one person.
-- Officers own everything at their station: they hand in neither `who` nor `owner`.
local function theirs(who)
  return not A.who or (who and string.find(A.who, ' ' .. who .. ' ', 1, true))
end

local function owned(b)
  return b and theirs(b.who) and (not A.owner or b.phone == A.owner)
end
