"""Exit codes of the command line."""

OK, BAD, USAGE, STOPPED = 0, 1, 2, 130
