-- Forget the handover of a talk, with every line.
-- Arguments: by
local id = redis.call('GET', P .. 'handover-of:' .. A.by)
if id then
  forget(id, A.by)
end
return finish(id and 'done' or 'not_found')
