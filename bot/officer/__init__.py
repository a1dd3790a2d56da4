"""The officers' room: how they are known, and what they do in their chat."""
