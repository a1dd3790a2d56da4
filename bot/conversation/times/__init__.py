"""Times as people in Vietnam write them: `wishes.when` reads a message, `saying.worded` says a day back.

`words` cuts a message into atoms; each other module is one kind of thing said (`clocks`, `weekdays`,
`moons` …), read by rules that look a few atoms ahead, so that nothing can be made to run long. `pieces` walks
over the message once, `groups` puts together what tells one time, `settled` makes days of the calendar of it.
"""
