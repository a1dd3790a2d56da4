"""Small servers that behave as the API sheets say; they import nothing of ours."""
