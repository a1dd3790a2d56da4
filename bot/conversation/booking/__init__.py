"""The talk about a time at the station: what is typed, what is asked, what comes of it. Pure."""
