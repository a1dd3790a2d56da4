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
              errand = A.errand,
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
