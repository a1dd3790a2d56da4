"""Which endings of host names are given out, by the public suffix list that comes with the package."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from bot.conversation.links import Registrable


@cache
def suffixes() -> Registrable:
    """What tells the registrable domain of a host; read once for a process, nothing is fetched."""
    listed = PublicSuffixList(accept_unknown=False)

    def registrable(host: str) -> str | None:
        found: str | None = listed.privatesuffix(host)
        return found

    return registrable
