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
