"""Warnings in an officer's chat: drafts, approval, sending. Pure."""
