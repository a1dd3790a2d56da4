"""A desk with Zalo's door, open in this process: real HTTP, a real Valkey, the strict double."""

from __future__ import annotations

from tests.store.conftest import inbox, store

__all__ = ["inbox", "store"]
