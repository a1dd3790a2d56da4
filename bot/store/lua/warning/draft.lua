-- A new draft, if neither its author nor all together have too many.
-- Arguments: id, who, card, raw, now, keep, expires, sealed, own, all
local known = before()
if known then
  return known
end
if not stands() then
  return finish('refused')
end
local own, all = 0, 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  local found = redis.call('HMGET', A.prefix .. id, 'author', 'state')
  if found[1] then
    all = all + 1
    if found[1] == A.who and (found[2] == 'draft' or found[2] == 'submitted') then
      own = own + 1
    end
  else
    redis.call('ZREM', KEYS[2], id)
  end
end
if own >= A.own or all >= A.all then
  return finish('limit')
end
redis.call('HSET', KEYS[1], 'author', A.who, 'state', 'draft', 'version', 1, 'made', A.now,
           'expires', A.expires, 'sealed', A.sealed)
redis.call('PEXPIREAT', KEYS[1], A.keep)
redis.call('ZADD', KEYS[2], A.now, A.id)
return finish('done', 1)
