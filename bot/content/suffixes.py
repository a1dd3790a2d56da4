"""Which endings of host names are given out, by the public suffix list that comes with the package."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from bot.conversation.links import Registrable


def suffixes() -> Registrable:
    """What tells the registrable domain of a host; read once for a process, when the first is asked about."""

    def registrable(host: str) -> str | None:
        found: str | None = _listed().privatesuffix(host)
        return found

    return registrable


@cache
def _listed() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
