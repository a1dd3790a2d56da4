-- Write a letter into the register.
-- Arguments: name, station, kind, at, ends, leaves, year, sealed, by, most
redis.call('ZREMRANGEBYSCORE', P .. 'open:' .. A.station, '-inf', NOW)
if redis.call('ZCARD', P .. 'open:' .. A.station) >= A.most then
  return finish('limit')
end
if letter(A.name) then -- that code is out there already: another one is drawn, under the same request
  return cjson.encode({outcome = 'taken'})
end
local l = {
  name = A.name, station = A.station, kind = A.kind, at = A.at, ends = A.ends, year = A.year,
  sealed = A.sealed, by = A.by, made = NOW, status = 'open', version = 1, checks = 0, wrong = 0,
}
save(l)
redis.call('ZADD', P .. 'of:' .. l.station, l.at, l.name)
redis.call('ZADD', P .. 'leaving', A.leaves, l.name)
return finish('done', {letter = view(l)})
