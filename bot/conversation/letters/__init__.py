"""Is this invitation real? Hearing a code and a year of birth, and saying what the register knows."""
