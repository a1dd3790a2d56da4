"""Sessions of talks as they are kept: sealed, and known again when they come back."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from bot.domain.session import VERSION, Session
from bot.errors import StoreError
from bot.store.sealing import Seals

WRITTEN = 2_000  # that are known again without opening and checking them
_SESSION = TypeAdapter(Session)


class Sessions:
    """Seals and opens sessions."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._written: dict[bytes, Session] = {}  # of our own writing, oldest first

    def sealed(self, session: Session) -> bytes:
        """A session as it is kept."""
        sealed = self._seals.seal(_SESSION.dump_json(session))
        if session.version == VERSION:
            self._written[sealed] = session
            if len(self._written) > WRITTEN:
                del self._written[next(iter(self._written))]
        return sealed

    def opened(self, sealed: bytes | None) -> tuple[Session, bool]:
        """The session, a new one when there is none, and whether another version of us wrote one."""
        if sealed is None:
            return Session(), False
        known = self._written.get(sealed)
        if known:
            return known, False
        try:
            session = _SESSION.validate_json(self._seals.open(sealed))
        except (ValidationError, StoreError):
            return Session(), True
        return (session, False) if session.version == VERSION else (Session(), True)
