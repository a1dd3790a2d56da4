-- Append one entry to the audit and change entries of the roster with it, if all is still as it was read.
-- Returns 1; 0 when the audit has gone on meanwhile; -1 when an entry of the roster is not as expected.
-- KEYS: roster, audit   ARGV: head it follows, entry, its own head, its number, then name, expected, new …
-- ('' stands for none, so it is neither expected nor new content)
local head = redis.call('HGET', KEYS[2], 'head') or ''
if head ~= ARGV[1] then
  return 0
end
for i = 5, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') ~= ARGV[i + 1] then
    return -1
  end
end
for i = 5, #ARGV, 3 do
  if ARGV[i + 2] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
  end
end
redis.call('HSET', KEYS[1], 'audited', '1')
redis.call('HSET', KEYS[2], ARGV[4], ARGV[3] .. ' ' .. ARGV[2], 'head', ARGV[3], 'n', ARGV[4])
return 1
