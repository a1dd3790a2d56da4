-- Change what one person is told of, and keep the proof of their press, in one step. Repeating it changes nothing.
-- KEYS: subscribers (hash), what they stopped, their consents   ARGV: person, arguments (JSON)
-- Arguments: act (join, leave, stop, undo, gone), stations, topics, to (sealed address), most, undo (ms),
-- proof (s); given, withdrawn: a sealed proof for each topic; left: one of a station that was left
local WHO, A = ARGV[1], cjson.decode(ARGV[2])

local function read(text)
  return text and cjson.decode(text) or nil
end

local function has(list, wanted)
  for _, each in ipairs(list) do
    if each == wanted then
      return true
    end
  end
  return false
end

local function without(list, gone)
  local left = {}
  for _, each in ipairs(list) do
    if not has(gone, each) then
      table.insert(left, each)
    end
  end
  return left
end

local function prove(sealed)
  if sealed then
    redis.call('RPUSH', KEYS[3], sealed)
    redis.call('EXPIRE', KEYS[3], A.proof)
  end
end

local function told(outcome, entry)
  if not entry then
    return cjson.encode({outcome = outcome})
  end
  return cjson.encode({outcome = outcome, stations = entry.s, topics = entry.t})
end

local function keep(entry)
  entry.to = A.to
  redis.call('HSET', KEYS[1], WHO, cjson.encode(entry))
  redis.call('DEL', KEYS[2])
end

-- Nothing is sent any more; for a while it can be taken up again.
local function stop(text, entry)
  redis.call('HDEL', KEYS[1], WHO)
  redis.call('SET', KEYS[2], text, 'PX', A.undo)
  for _, topic in ipairs(entry.t) do
    prove(A.withdrawn[topic])
  end
  return told('done')
end

local text = redis.call('HGET', KEYS[1], WHO)
local now = read(text)

if A.act == 'join' then
  local entry = now or {s = {}, t = {}}
  local stations, topics = without(A.stations, entry.s), without(A.topics, entry.t)
  if #stations == 0 and #topics == 0 then
    return told('same', entry)
  end
  if #entry.t + #topics == 0 then -- one more station of nothing
    return told('none')
  end
  if #entry.s + #stations > A.most then
    return told('full', entry)
  end
  for _, each in ipairs(stations) do
    table.insert(entry.s, each)
  end
  for _, each in ipairs(topics) do
    table.insert(entry.t, each)
  end
  for _, topic in ipairs(#stations > 0 and entry.t or topics) do
    prove(A.given[topic])
  end
  keep(entry)
  return told('done', entry)
end

if A.act == 'undo' then
  local before = read(redis.call('GET', KEYS[2]))
  if now or not before then
    return told(now and 'same' or 'none', now)
  end
  for _, topic in ipairs(before.t) do
    prove(A.given[topic])
  end
  keep(before)
  return told('done', before)
end

if A.act == 'gone' then
  redis.call('DEL', KEYS[2])
end
if not now then
  return told('none')
end
if A.act == 'stop' then
  return stop(text, now)
end
if A.act == 'gone' then
  redis.call('HDEL', KEYS[1], WHO)
  for _, topic in ipairs(now.t) do
    prove(A.withdrawn[topic])
  end
  return told('done')
end

local entry = {s = without(now.s, A.stations), t = without(now.t, A.topics)}
if #entry.s == #now.s and #entry.t == #now.t then
  return told('same', now)
end
if #entry.s == 0 or #entry.t == 0 then
  return stop(text, now)
end
for _, topic in ipairs(now.t) do
  if has(A.topics, topic) then
    prove(A.withdrawn[topic])
  end
end
if #entry.s < #now.s then
  prove(A.left)
end
keep(entry)
return told('done', entry)
