"""`trucban officer`: people, roles, audit."""
