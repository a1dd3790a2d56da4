"""Zalo Bot Platform: bots without buttons. Where the sheet is unsure, either truth is borne."""
