-- What every script of a station's bookings begins with. Before it stands MOVES, the table of bot/domain.
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

local as_loaded = setmetatable({}, {__mode = 'k'}) -- status, begin and phone of bookings that were read

local function remember(b)
  as_loaded[b] = {status = b.status, at = b.at, phone = b.phone}
end

local function booking(id)
  local b = load(P .. 'booking:' .. id)
  if b then
    remember(b)
  end
  return b
end

local function view(b)
  local shown = {}
  for name, value in pairs(b) do
    if name ~= 'phone' and name ~= 'who' then
      shown[name] = value
    end
  end
  return shown
end

local function save(b)
  local before = as_loaded[b] or {}
  local changed, placed = before.status ~= b.status, before.at ~= b.at
  store(P .. 'booking:' .. b.id, b)
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
  if changed and (b.status == 'arrived' or before.status == 'arrived') then
    listed(b.status == 'arrived', P .. 'queue:' .. b.day, b.arrived, b.id)
  end
  if placed or b.status == 'expired' then
    listed(b.status ~= 'expired', P .. 'agenda', b.at, b.id)
    listed(b.status ~= 'expired', P .. 'leaving', b.ends, b.id)
    listed(b.status == 'expired', P .. 'stale', NOW, b.id)
  end
  remember(b)
end

-- Who comes: sealed, and apart from the booking, so that no list of bookings carries it along.
local function name(b, phone, personal)
  b.phone = phone
  redis.call('SET', P .. 'personal:' .. b.id, personal)
end

local function count(b, event, times)
  redis.call('HINCRBY', P .. 'stats:' .. b.day, b.service .. '|' .. event, times or 1)
end

local function may(b, status)
  return MOVES[b.status][status]
end

-- The caller saves it.
local function become(b, status)
  if not may(b, status) then
    error('no such move: ' .. b.status .. ' to ' .. status)
  end
  b.status, b.version = status, b.version + 1
end

-- Officers own everything at their station: they hand in neither `who` nor `phone`.
local function owned(b)
  return b and (not A.who or b.who == A.who) and (not A.owner or b.phone == A.owner)
end

-- Seats. What is free of a day follows from its cells and its closures.
local function cells(seat)
  local found = {}
  for cell = seat.begins / CELL, (seat.begins + seat.minutes) / CELL - 1 do
    found[#found + 1] = seat.desk .. ':' .. string.format('%d', cell)
  end
  return found
end

local closures = {}

local function shut(seat)
  if not closures[seat.day] then
    closures[seat.day] = {}
    for _, text in ipairs(redis.call('HVALS', P .. 'closed:' .. seat.day)) do
      table.insert(closures[seat.day], cjson.decode(text))
    end
  end
  for _, closed in ipairs(closures[seat.day]) do
    if seat.begins < closed.ends and seat.begins + seat.minutes > closed.begins then
      for _, desk in ipairs(closed.desks) do
        if desk == seat.desk then
          return true
        end
      end
    end
  end
  return false
end

-- `own`: a booking whose cells count as free. `favoured`: may take what was freed for those who wait.
local function free(seat, own, favoured)
  if seat.at <= NOW or shut(seat) then
    return false
  end
  for _, holder in ipairs(redis.call('HMGET', P .. 'day:' .. seat.day, unpack(cells(seat)))) do
    if holder and holder ~= own and not (favoured and string.sub(holder, 1, 1) == FREED) then
      return false
    end
  end
  return true
end

local function online(b, sign)
  if b.online == '1' then
    redis.call('HINCRBY', P .. 'online:' .. b.day, b.service, sign * b.minutes / CELL)
  end
end

local function within_share(b, seat)
  local bound = b.online == '1' and A.bounds and A.bounds[seat.day]
  if not bound then
    return true
  end
  local taken = tonumber(redis.call('HGET', P .. 'online:' .. seat.day, b.service) or 0)
  if b.day == seat.day and b.status ~= 'displaced' then
    taken = taken - b.minutes / CELL
  end
  return taken + seat.minutes / CELL <= bound
end

-- The first of A.seats that can be had, or why there is none.
local function choose(b, own, favoured)
  local why = 'gone'
  for _, seat in ipairs(A.seats) do
    if free(seat, own, favoured) then
      if within_share(b, seat) then
        return seat
      end
      why = 'full'
    end
  end
  return nil, why
end

local function occupy(b, seat)
  b.day, b.desk, b.begins, b.minutes, b.at = seat.day, seat.desk, seat.begins, seat.minutes, seat.at
  b.ends = seat.at + seat.minutes * 60000
  local taken = {}
  for _, cell in ipairs(cells(seat)) do
    taken[#taken + 1] = cell
    taken[#taken + 1] = b.id
  end
  redis.call('HSET', P .. 'day:' .. b.day, unpack(taken))
  redis.call('ZADD', P .. 'days', 'GT', b.ends, b.day)
  online(b, 1)
end

-- While people wait for a day, what is freed is kept for them until the list has been gone through.
local function reserve(day, freed)
  local mark = redis.call('INCR', P .. 'marks')
  redis.call('ZADD', P .. 'freed', mark, day)
  for _, cell in ipairs(freed) do
    redis.call('HSET', P .. 'day:' .. day, cell, FREED .. string.format('%d', mark))
  end
end

local function vacate(b)
  if not b.desk then
    return
  end
  local freed, own = {}, cells(b)
  for i, holder in ipairs(redis.call('HMGET', P .. 'day:' .. b.day, unpack(own))) do
    if holder == b.id then
      freed[#freed + 1] = own[i]
    end
  end
  if #freed == 0 then
    return
  end
  online(b, -1)
  if b.ends > NOW and redis.call('ZCARD', P .. 'waiters:' .. b.day) > 0 then
    reserve(b.day, freed)
  else
    redis.call('HDEL', P .. 'day:' .. b.day, unpack(freed))
  end
end

-- Waiting entries: on the list of each day they would come on while they wait, on none otherwise.
local function waiter(id)
  return load(P .. 'waiter:' .. id)
end

local function save_waiter(w)
  store(P .. 'waiter:' .. w.id, w)
  for day in string.gmatch(w.days, '[^,]+') do
    listed(w.status == 'waiting', P .. 'waiters:' .. day, w.turn, w.id)
  end
  listed(w.status == 'offered', P .. 'offers', w['until'] or 0, w.id)
  listed(w.status == 'waiting' or w.status == 'offered', P .. 'waits:' .. w.phone, w.ends, w.id)
  redis.call('ZADD', P .. 'mine-waits:' .. w.who, w.turn, w.id)
  redis.call('ZADD', P .. 'waiters-leaving', w.ends, w.id)
end

-- An offer that was not taken: behind the others, and off the list after too many.
local function pass_on(id, excused)
  local w = waiter(id)
  if not w or w.status ~= 'offered' then
    return
  end
  w.status = 'waiting'
  if not excused then
    w.tries = w.tries - 1
    w.turn = redis.call('INCR', P .. 'turns')
    if w.tries <= 0 then
      w.status = 'lapsed'
    end
  end
  save_waiter(w)
end

local function expire(b, excused)
  if b.offered then
    pass_on(b.offered, excused)
  end
  vacate(b)
  become(b, 'expired')
  save(b)
  count(b, 'expired')
end

-- Holds and offers end by the clock, whether anybody swept or not.
local function tidy()
  local ended = 0
  while true do
    local due = redis.call('ZRANGEBYSCORE', P .. 'holds', '-inf', NOW, 'LIMIT', 0, 100)
    for _, id in ipairs(due) do
      expire(booking(id))
      ended = ended + 1
    end
    if #due == 0 then
      return ended
    end
  end
end

-- Why a phone may have no more appointments; nil when it may. `own` does not count.
local function refused(phone, own)
  if A.live and A.live > 0 then
    local others = 0
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'phone:' .. phone, NOW + 1, '+inf')) do
      if id ~= own then
        others = others + 1
      end
    end
    if others >= A.live then
      return 'limit'
    end
  end
  if A.misses and A.misses > 0 then
    local key = P .. 'misses:' .. phone
    if redis.call('ZCOUNT', key, NOW - A.remembered, '+inf') >= A.misses then
      local again = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2] + A.cooling
      if NOW < again then
        return 'cooling', again
      end
    end
  end
end

-- A new booking, in nobody's list yet.
local function draw(status)
  for _, id in ipairs(A.ids) do
    if redis.call('EXISTS', P .. 'booking:' .. id) == 0 then
      return {id = id, status = status, version = 1, service = A.service, people = A.people, source = A.source,
              priority = A.priority, online = A.online, made = NOW}
    end
  end
  error('no number is left')
end

-- At most A.most[i] of a kind by A.keys[i] within A.within; from when again if there were.
local function often(kind)
  for i, key in ipairs(A.keys or {}) do
    local done = P .. kind .. ':' .. key
    redis.call('ZREMRANGEBYSCORE', done, '-inf', NOW - A.within)
    if A.most[i] > 0 and redis.call('ZCARD', done) >= A.most[i] then
      return redis.call('ZRANGE', done, 0, 0, 'WITHSCORES')[2] + A.within
    end
  end
end

local function did(kind, mark)
  for _, key in ipairs(A.keys or {}) do
    redis.call('ZADD', P .. kind .. ':' .. key, NOW, mark)
    redis.call('ZADD', P .. 'doers', NOW, kind .. ':' .. key)
  end
end
