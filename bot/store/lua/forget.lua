-- Forget what is kept of a person beside their inbox, and what waits to be sent to them.
-- KEYS: session, said, contact, held, seen, owed, subscribers, stopped, lettered
-- ARGV: person, prefix, how far to look, lanes (`door:lane`)
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('ZREM', KEYS[5], ARGV[1])
local dropped = 0
for _, entry in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
  redis.call('DEL', ARGV[2] .. 'delivery:' .. string.match(entry, '|(.*)$'))
  dropped = dropped + 1
end
redis.call('DEL', KEYS[4])
for i = 4, #ARGV do
  local lane = ARGV[2] .. 'out:' .. ARGV[i]
  for _, id in ipairs(redis.call('ZRANGE', lane, 0, ARGV[3])) do
    if redis.call('HGET', ARGV[2] .. 'delivery:' .. id, 'person') == ARGV[1] then
      redis.call('DEL', ARGV[2] .. 'delivery:' .. id)
      redis.call('ZREM', lane, id)
      dropped = dropped + 1
    end
  end
end
redis.call('HDEL', KEYS[6], ARGV[1])
redis.call('HDEL', KEYS[7], ARGV[1])
redis.call('DEL', KEYS[8], KEYS[9])
return dropped
