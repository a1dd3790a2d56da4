-- Something with many recipients at once. Arguments: act, people, now
--   lost: they wait, but the store was brought back from a file without what was on its way: unsure
--   again: it was unsure, and is sent once more
--   gone: somebody's data is erased; whoever still waits is settled first
local done = 0
for _, who in ipairs(A.people) do
  local one = read(who)
  if one and A.act == 'lost' then
    done = done + settle(who, 'unsure', 'restored')
  elseif one and A.act == 'again' and one.fate == 'unsure' then
    count(one, -1)
    one.fate, one.reason, one.parts, one.tries, one.resent = 'waiting', '', 0, 0, one.resent + 1
    count(one, 1)
    write(who, one)
    group()
    redis.call('XADD', KEYS[3], '*', 'p', who)
    redis.call('HINCRBY', KEYS[1], 'resent', 1)
    done = done + 1
  elseif one and A.act == 'gone' then
    settle(who, 'refused', 'erased')
    one = read(who)
    one.address = ''
    write(who, one)
    redis.call('ZREM', KEYS[4], who)
    done = done + 1
  end
end
return done
