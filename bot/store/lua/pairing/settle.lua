-- Two doors were tied, or could not be: where they are is needed no more.
-- Arguments: name, became (done, or why not)
local c = code(A.name)
if c and c.stage == 'tying' then
  c.stage, c.became, c.to, c.from = A.became == 'done' and 'tied' or 'ended', A.became, nil, nil
  save(A.name, c)
end
return refuse('done')
