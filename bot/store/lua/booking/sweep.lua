-- What the clock ends: holds and offers; what has been kept long enough. Bounded, but for what is due now.
-- Arguments: results, persons, homes, stale, misses, doers, days, news (ms before which each is forgotten), most
-- Returns how many holds ended, how many bookings were forgotten, and of which days places became free.
local ended = tidy()
local forgotten = 0
for list, before in pairs({leaving = A.persons, stale = A.stale}) do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. list, '-inf', before, 'LIMIT', 0, A.most)) do
    local b = booking(id)
    vacate(b)
    if b.phone then
      redis.call('ZREM', P .. 'phone:' .. b.phone, id)
    end
    if b.who then
      redis.call('ZREM', P .. 'mine:' .. b.who, id)
    end
    for _, other in ipairs({list, 'displaced', 'news', 'agenda', 'queue:' .. b.day}) do
      redis.call('ZREM', P .. other, id)
    end
    redis.call('DEL', P .. 'booking:' .. id, P .. 'personal:' .. id)
    forgotten = forgotten + 1
  end
end
-- Whoever still waits when the last day they would come on is over is forgotten at once.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'waiters-leaving', '-inf', NOW, 'LIMIT', 0, A.most)) do
  local w = waiter(id)
  w.status = 'over'
  save_waiter(w)
  redis.call('ZREM', P .. 'mine-waits:' .. w.who, id)
  redis.call('ZREM', P .. 'waiters-leaving', id)
  redis.call('DEL', P .. 'waiter:' .. id)
end
for list, before in pairs({['homes-over'] = A.persons, ['homes-open'] = A.homes}) do
  for _, number in ipairs(redis.call('ZRANGEBYSCORE', P .. list, '-inf', before, 'LIMIT', 0, A.most)) do
    drop_home(number)
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', A.results, 'LIMIT', 0, A.most)) do
  redis.call('HDEL', P .. 'results', id)
  redis.call('ZREM', KEYS[1], id)
end
for _, phone in ipairs(redis.call('ZRANGEBYSCORE', P .. 'missers', '-inf', A.misses, 'LIMIT', 0, A.most)) do
  redis.call('DEL', P .. 'misses:' .. phone)
  redis.call('ZREM', P .. 'missers', phone)
end
for _, doer in ipairs(redis.call('ZRANGEBYSCORE', P .. 'doers', '-inf', A.doers, 'LIMIT', 0, A.most)) do
  redis.call('DEL', P .. doer)
  redis.call('ZREM', P .. 'doers', doer)
end
for _, day in ipairs(redis.call('ZRANGEBYSCORE', P .. 'days', '-inf', A.days, 'LIMIT', 0, A.most)) do
  for _, kind in ipairs({'day:', 'online:', 'closed:', 'queue:', 'tickets:', 'streaks:', 'waiters:'}) do
    redis.call('DEL', P .. kind .. day)
  end
  redis.call('ZREM', P .. 'freed', day)
  redis.call('ZREM', P .. 'days', day)
end
redis.call('ZREMRANGEBYSCORE', P .. 'news', '-inf', A.news)
local freed = redis.call('ZRANGE', P .. 'freed', 0, -1, 'WITHSCORES')
return finish('done', {ended = ended, forgotten = forgotten, freed = freed})
