"""Doors: where messages come in and replies go out; each can `read` and `show` purely, then sends."""
