"""Zalo Official Account: the citizens' main door. Where the sheet is unsure, either truth is borne."""
