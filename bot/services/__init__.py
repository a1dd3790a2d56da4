"""What we do for people, asked for by the talk as a request and answered with a result."""
