"""The web door: a page for phones, a socket behind it, and answers for browsers without script."""
