"""Small servers that behave as the API sheets say; they may not import anything from `bot/`."""
