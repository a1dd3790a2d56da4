"""The content room: YAML files in, checked `Knowledge` and a trained matcher out.

Files are edited by police officers, so every problem is told in Vietnamese, with its line and its cure, all
in one go; a broken edit never replaces working content.
"""
