"""Doors: where messages come in and replies go out. Each can `read` and `show` purely; only then does it send."""
