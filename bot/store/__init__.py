"""What we remember: the Redis protocol, keys and bytes. No rules of talk, of booking or of warning live here.

Whatever races is one script (`lua/`); whatever is personal is sealed before it is handed to the server. All
keys of one citizen carry the same tag `{cNN}`, so that a cluster can split by citizen.
"""
