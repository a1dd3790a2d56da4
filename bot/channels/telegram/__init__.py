"""Telegram: python-telegram-bot carries, our own talk speaks."""
