-- Something with many recipients at once. Arguments: act, people, now
--   lost: they wait, but the store was brought back from a file without what was on its way: unsure
--   again: it was unsure, and is sent once more
local done = 0
group()
for _, who in ipairs(A.people) do
  local one = read(who)
  if one and A.act == 'lost' then
    done = done + settle(who, 'unsure', 'restored')
    redis.call('ZREM', KEYS[4], who)
  elseif one and A.act == 'again' and one.fate == 'unsure' then
    count(one, -1)
    one.fate, one.reason, one.parts, one.tries, one.resent = 'waiting', '', 0, 0, one.resent + 1
    count(one, 1)
    write(who, one)
    redis.call('XADD', KEYS[3], '*', 'p', who)
    redis.call('HINCRBY', KEYS[1], 'resent', 1)
    done = done + 1
  end
end
return done
