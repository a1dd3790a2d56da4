-- Ask for a visit at home: at the end of the station's list. No seat, no day.
-- Arguments: service, by (a talk; none when an officer writes it down), phone, personal, homes
local own = A.by and {P .. 'mine-homes:' .. A.by} or {}
if A.homes > 0 then
  if redis.call('ZCARD', P .. 'homes-of:' .. A.phone) >= A.homes then
    return finish('limit')
  end
  local open = 0
  for _, list in ipairs(own) do
    for _, number in ipairs(redis.call('ZRANGE', list, 0, -1)) do
      local h = home(number)
      if h and HOME_OPEN[h.status] then
        open = open + 1
      end
    end
  end
  if open >= A.homes then
    return finish('limit')
  end
end
local h = {number = redis.call('INCR', P .. 'homes-last'), status = 'waiting', version = 1, service = A.service,
           made = NOW, plans = 0, who = A.by, phone = A.phone, personal = A.personal}
save_home(h)
return finish('done', {home = view_home(h)})
