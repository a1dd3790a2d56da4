"""Getting warnings: hearing that somebody wants them or no more, agreeing to them, changing, stopping."""
