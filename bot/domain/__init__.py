"""Nouns and rules of the desk.

Standard library only, no I/O, no clock, no settings. Everything here is a frozen value or a pure rule about
values; time and identity arrive as arguments.
"""
