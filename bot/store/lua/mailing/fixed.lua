-- All recipients are written down: from now on there are no others.
-- KEYS: mailing, case   ARGV: now, keep
if redis.call('HGET', KEYS[2], 'state') ~= 'sending' then
  return 0
end
redis.call('HSETNX', KEYS[1], 'begun', ARGV[1])
redis.call('HSETNX', KEYS[1], 'recipients', 0)
redis.call('HSETNX', KEYS[1], 'fixed', ARGV[1])
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
