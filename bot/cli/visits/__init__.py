"""`trucban visits`: the officers' day on the terminal, until officers exist as people.

What a command does is a call of `services` that the chat and the web console make too; here it is only asked
for and shown. `parser` says which commands there are, `room` opens what they need.
"""
