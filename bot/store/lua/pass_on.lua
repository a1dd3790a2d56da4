-- Write down to which other door of a person a delivery goes on. The first word stands, however often it is said.
-- Returns where, or false when the delivery is over or not known. KEYS: delivery
-- ARGV: person, where, 1 when nobody sends at its own door, so that it is new here, kept (ms), expires (ms)
local known = redis.call('HMGET', KEYS[1], 'person', 'onward', 'result')
if known[2] then
  return known[2]
end
if known[3] or (not known[1] and ARGV[3] == '0') then
  return false
end
redis.call('HSET', KEYS[1], 'onward', ARGV[2])
if not known[1] then
  redis.call('HSET', KEYS[1], 'person', ARGV[1], 'payload', '', 'result', 'moved')
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PEXPIREAT', KEYS[1], ARGV[5], 'GT')
end
return ARGV[2]
