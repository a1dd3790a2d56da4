-- Requests for a visit at home.
-- Open ones stand on the list of the station, and on that of their phone and their talk; all are kept for a time.
local HOME_OPEN = {waiting = true, planned = true}

local function home(number)
  return load(P .. 'home:' .. number)
end

local function save_home(h)
  local open = HOME_OPEN[h.status]
  store(P .. 'home:' .. h.number, h)
  listed(open, P .. 'homes', h.number, h.number)
  listed(open, P .. 'homes-open', h.made, h.number) -- forgotten when nobody ever came
  listed(not open, P .. 'homes-over', h.ended or 0, h.number) -- forgotten when it has been over for long
  if h.phone then
    listed(open, P .. 'homes-of:' .. h.phone, h.made, h.number)
  end
  if h.who then
    redis.call('ZADD', P .. 'mine-homes:' .. h.who, h.number, h.number)
  end
end

-- The caller has seen to it that it may.
local function turn_home(h, status)
  if not legal(HOME_MOVES, h.status, status) then
    error('no such move of a home visit: ' .. h.status .. ' to ' .. status)
  end
  h.status, h.version = status, h.version + 1
  h.ended = not HOME_OPEN[status] and NOW or nil
end

local function view_home(h)
  local shown = {}
  for name, value in pairs(h) do
    if name ~= 'phone' and name ~= 'who' and name ~= 'personal' then
      shown[name] = value
    end
  end
  return shown
end

-- Whom it was for is no longer known; that it is there stays known, so that nobody goes in vain.
local function forget_home(h)
  if h.phone then
    redis.call('ZREM', P .. 'homes-of:' .. h.phone, h.number)
  end
  if h.who then
    redis.call('ZREM', P .. 'mine-homes:' .. h.who, h.number)
  end
  h.phone, h.who, h.personal = nil, nil, nil
end

local function drop_home(number)
  local h = home(number)
  if h then
    forget_home(h)
  end
  for _, list in ipairs({'homes', 'homes-open', 'homes-over'}) do
    redis.call('ZREM', P .. list, number)
  end
  redis.call('DEL', P .. 'home:' .. number)
end
