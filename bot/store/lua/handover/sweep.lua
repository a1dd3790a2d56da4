-- End what is quiet, let lapse what nobody took, forget what ended long ago.
-- Returns what is live and what has lines that are not relayed.
-- Arguments: quiet (ms), many (of each), day
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, A.many - 1)) do
  local h = load(id)
  if not h then
    forget(id)
  elseif h.stage == 'open' and h.lapses <= NOW then
    count('ended|lapsed')
    over(h, 'lapsed', 'lapsed')
    save(h)
  elseif h.stage == 'taken' and h.last + A.quiet <= NOW then
    count('ended|quiet')
    over(h, 'ended', 'quiet')
    save(h)
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'handovers-over', '-inf', NOW - KEPT, 'LIMIT', 0, A.many)) do
  local h = load(id)
  forget(id, h and h.by)
end
local function listed(name)
  local found = {}
  for _, id in ipairs(redis.call('ZRANGE', P .. name, 0, A.many - 1)) do
    local h = load(id)
    if h then
      found[#found + 1] = view(h)
    else
      redis.call('ZREM', P .. name, id)
    end
  end
  return #found > 0 and found or nil
end
return cjson.encode({live = listed('handovers'), owed = listed('handovers-owed')})
