-- A place in the line of an account for something that is no warning; how long to wait for it (ms).
-- KEYS: bucket   ARGV: now, rate, burst
local now = tonumber(ARGV[1])
local at, gap = place(KEYS[1], now, tonumber(ARGV[2]), tonumber(ARGV[3]), 600000)
if not at then
  return math.ceil(gap)
end
taken(KEYS[1], at, gap)
return math.max(0, math.ceil(at - now))
