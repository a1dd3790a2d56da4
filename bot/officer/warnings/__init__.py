"""Warnings in the officers' chat: written, approved by somebody else, sent."""
