-- Forget a person: what is ahead is cancelled, and no past visit says any more whose it was.
-- Arguments: by. The misses of a phone stay for their time: they are a keyed number, and forgetting would undo them.
tidy()
local cancelled = {}
for _, id in ipairs(redis.call('ZRANGE', P .. 'mine-waits:' .. A.by, 0, -1)) do
  local w = waiter(id)
  if w then
    local held = w.status == 'offered' and booking(w.booking)
    w.status = 'left'
    save_waiter(w)
    if held then
      expire(held)
    end
    redis.call('ZREM', P .. 'waiters-leaving', id)
    redis.call('DEL', P .. 'waiter:' .. id)
  end
end
for _, id in ipairs(redis.call('ZRANGE', P .. 'mine:' .. A.by, 0, -1)) do
  local b = booking(id)
  if b then
    if b.status == 'held' then
      expire(b)
    elseif may(b, 'cancelled') and b.ends > NOW then
      vacate(b)
      become(b, 'cancelled')
      save(b)
      count(b, 'cancelled')
      cancelled[#cancelled + 1] = view(b)
    end
    if b.phone then
      redis.call('ZREM', P .. 'phone:' .. b.phone, id)
    end
    b.phone, b.who, b.news, b.reason = nil, nil, nil, nil
    save(b)
    redis.call('DEL', P .. 'personal:' .. id)
  end
end
for _, number in ipairs(redis.call('ZRANGE', P .. 'mine-homes:' .. A.by, 0, -1)) do
  local h = home(number)
  if h then
    if HOME_OPEN[h.status] then
      turn_home(h, 'left')
    end
    forget_home(h)
    save_home(h)
  end
end
redis.call('DEL', P .. 'mine:' .. A.by, P .. 'mine-waits:' .. A.by, P .. 'mine-homes:' .. A.by)
return finish('done', {others = cancelled})
