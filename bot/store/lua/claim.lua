-- Lend the most urgent due delivery of a door to one sender; one at a time for each person, in order.
-- KEYS: sending   ARGV: prefix, door, now (ms), until (ms), how far to look, lanes in order
for i = 6, #ARGV do
  local lane = ARGV[1] .. 'out:' .. ARGV[2] .. ':' .. ARGV[i]
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', lane, '-inf', ARGV[3], 'LIMIT', 0, ARGV[5])) do
    local key = ARGV[1] .. 'delivery:' .. id
    local held = redis.call('HMGET', key, 'person', 'payload', 'sent', 'tries')
    if not held[1] then
      redis.call('ZREM', lane, id)
    else
      local busy = redis.call('ZSCORE', KEYS[1], held[1])
      if not busy or tonumber(busy) <= tonumber(ARGV[3]) then
        redis.call('ZADD', KEYS[1], ARGV[4], held[1])
        redis.call('HINCRBY', key, 'tries', 1)
        return {id, ARGV[i], held[1], held[2], held[3], held[4]}
      end
    end
  end
end
return false
