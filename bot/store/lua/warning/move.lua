-- Move a warning on, if it stands as it was seen and the table has such a move for whoever makes it.
-- Arguments: move, version, who, card, raw, now; sealed, expires, keep (of an edit); reason (sealed), begins
local known = before()
if known then
  return known
end
local found = redis.call('HMGET', KEYS[1], 'state', 'version', 'author', 'expires')
if not found[1] then
  return finish('not_found')
end
local step, version, expires = MOVES[A.move], tonumber(found[2]), tonumber(found[4])
local over = expires > 0 and A.now >= expires
if version ~= A.version then
  return finish('changed', version)
elseif not step or not step.after[found[1]] then
  return finish('illegal', version)
elseif (step.whose == 'desk') ~= (A.who == 'desk') or not stands() then
  return finish('refused', version)
elseif step.whose == 'other' and A.who == found[3] then
  return finish('own', version)
elseif step.whose == 'author' and A.who ~= found[3] then
  return finish('refused', version)
elseif step.timely and (over or expires == 0) then
  return finish('expired', version)
elseif A.move == 'expire' and not over then
  return finish('illegal', version)
elseif A.move == 'schedule' and not (A.begins and A.begins > A.now and A.begins < expires) then
  return finish('illegal', version)
end
redis.call('HSET', KEYS[1], 'state', step.to, 'version', version + 1)
if A.move == 'edit' then
  redis.call('HSET', KEYS[1], 'sealed', A.sealed, 'expires', A.expires)
  redis.call('PEXPIREAT', KEYS[1], A.keep)
end
if A.move == 'approve' then
  redis.call('HSET', KEYS[1], 'approver', A.who)
end
if A.begins then
  redis.call('HSET', KEYS[1], 'begins', A.begins)
end
if A.reason then
  redis.call('HSET', KEYS[1], 'reason', A.reason)
end
return finish('done', version + 1)
