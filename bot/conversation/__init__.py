"""How we talk: reading Vietnamese as it is typed, finding what is meant, choosing the next words.

Pure: no clock, no file, no network, no event loop. What these modules know of the world comes in as
`Knowledge` and values; what they want done goes out as a `Request`.
"""
