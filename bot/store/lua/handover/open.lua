-- An officer is wanted for a talk. One handover for each talk: a live one goes on, one that is over is opened again.
-- Arguments: id (for a new one), by, to (sealed), reason, kind, words (sealed, or none), lapses, most, openings, lines,
--            rings (alerts in ten minutes that are told), day
local TEN = 600000
local urgent = A.reason == 'urgent'
local known = redis.call('GET', P .. 'handover-of:' .. A.by)
local h = known and load(known) or nil

-- Whether officers are to hear of one more alert: a flood of them is listed, not rung.
local function silent()
  if not urgent then
    return false
  end
  local key = P .. 'handover-rung:' .. string.format('%.0f', math.floor(NOW / TEN))
  local rung = redis.call('INCR', key)
  redis.call('PEXPIRE', key, 2 * TEN)
  return rung > A.rings
end

local function words()
  if A.words and h.lines < A.lines then
    line(h, 'citizen', A.words)
  end
end

if h and live(h) then
  if urgent and h.stage == 'taken' then
    if h.lines < A.lines then
      line(h, 'urgent', A.kind)
    end
  elseif urgent then
    if NOW - h.rung >= (h.kind == A.kind and TEN or TEN / 10) then
      h.round, h.kind, h.rung, h.silent = h.round + 1, A.kind, NOW, silent()
    end
  else
    if h.reason == 'urgent' and h.stage == 'open' then
      h.reason = A.reason
    end
    h.lapses = math.max(h.lapses, A.lapses)
    words()
  end
  h.last = NOW
  save(h)
  return finish('already', h)
end
if not h and redis.call('ZCARD', KEYS[1]) >= A.most then
  return finish('full')
end
if h and h.opens >= A.openings and not urgent then
  return finish('often', h)
end
count('opened|' .. A.reason)
h = h or {id = A.id, by = A.by, version = 0, made = NOW, round = 0, opens = 0, lines = 0, relayed = 0, since = 0}
h.stage, h.reason, h.kind, h.to = 'open', A.reason, A.kind or '', A.to
h.round, h.opens, h.rung, h.silent = h.round + 1, h.opens + 1, NOW, silent()
h.asked, h.last, h.lapses, h.ended, h.officer, h.post = NOW, NOW, A.lapses, nil, nil, nil
words()
save(h)
return finish('done', h)
