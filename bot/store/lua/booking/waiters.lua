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
