"""How right the desk is, in figures that others can repeat."""
