"""`trucban doctor`: looks the desk over and says what is not in order. Changes nothing, sends nothing.

Each module looks at one subject: what it finds out are facts (a dataclass), what follows from them is judged
by a pure function. `rounds` has all of them look at the same time, each for a limited one.
"""
