-- Keep a lease for longer. KEYS: lease, leases   ARGV: person, owner, fence, until (ms)
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence')
if held[1] ~= ARGV[2] or held[2] ~= ARGV[3] then
  return 0
end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1
