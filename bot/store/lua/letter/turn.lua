-- What officers make of a letter, if it stands as they saw it.
-- Arguments: name, version, to
local l = letter(A.name)
if not l then
  return finish('not_found')
end
if l.version ~= A.version or not may(l, A.to) then
  return finish('not_allowed', {letter = view(l)})
end
become(l, A.to)
save(l)
return finish('done', {letter = view(l)})
