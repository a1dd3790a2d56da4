"""Trực Ban: the duty desk of a Vietnamese commune police station, in a chat.

The rooms and which way imports may point are drawn in README.md and kept by import-linter.
"""

__version__ = "0.4.0"
