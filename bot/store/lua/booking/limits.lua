-- Limits: of a phone, and of whoever asks.
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
