-- End what the clock has ended, and nothing else. Returns how many holds and offers that were.
return finish('done', {ended = tidy()})
