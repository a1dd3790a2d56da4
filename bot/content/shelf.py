"""The edition in use, and its replacement when files change: learnt in a child process, swapped at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

from bot.content.apprentice import Apprentice, begun, reader
from bot.content.edition import Edition, publish, recalled
from bot.content.files import version
from bot.content.kept import file
from bot.content.meanings import file as meanings
from bot.content.meanings import second_opinion
from bot.errors import ContentError, Problem

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replaced:
    """New content is in use."""

    edition: Edition


@dataclass(frozen=True, slots=True)
class Kept:
    """An edit has problems; the old content stays in use."""

    problems: tuple[Problem, ...]


class Shelf:
    """Holds the current edition. Readers take `current` once for a message and keep to it."""

    def __init__(self, folder: Path, data: Path, *, semantic: bool = False) -> None:
        self._folder = folder
        self._data = data
        self._semantic = semantic
        self._taken_up = asyncio.Event()
        self.current = self._advised(publish(folder, data))
        self.broken: tuple[Problem, ...] = ()  # what keeps the newest edit from being taken up

    @classmethod
    async def filled(
        cls, folder: Path, data: Path, child: Apprentice | None = None, *, semantic: bool = False
    ) -> Shelf:
        """A shelf whose content was learnt by a child, if it had to be: this one, or one begun now.

        With `semantic` it takes a second opinion where one was learnt; `study` has it learnt.

        Raises:
            ContentError: when the content has problems.
        """
        child = child or begun(folder, data)
        problems = await child.done() if child else ()
        if problems:
            raise ContentError(problems)
        return await asyncio.to_thread(cls, folder, data, semantic=semantic)

    async def watch(self) -> AsyncIterator[Replaced | Kept]:
        """Follow edits for ever; what each led to is yielded when it is done."""
        async for _ in awatch(self._folder, watch_filter=_is_content, debounce=400, step=100, recursive=True):
            outcome = await self.refresh()
            if outcome:
                yield outcome

    async def refresh(self) -> Replaced | Kept | None:
        """Take the files as they are now; None when nothing really changed."""
        try:
            digest = await asyncio.to_thread(version, self._folder)
            if digest == self.current.known.digest:
                return self._taken(self.current) if self.broken else None  # a broken edit was undone
            if not file(digest, self._data).is_file():
                self.broken = await Apprentice(self._folder, self._data, gently=True).done()
                if self.broken:
                    return Kept(self.broken)
            edition = await asyncio.to_thread(recalled, digest, self._data)  # even if edited again by now
            if edition is None:
                edition = await asyncio.to_thread(publish, self._folder, self._data)
            return self._taken(await asyncio.to_thread(self._advised, edition))
        except ContentError as error:
            self.broken = error.problems
            return Kept(error.problems)
        except Exception:  # whatever an edit can break, the desk keeps answering from the old content
            _log.exception("new content could not be taken up")
            return Kept(())

    def _taken(self, edition: Edition) -> Replaced:
        self.current, self.broken = edition, ()
        self._taken_up.set()
        return Replaced(edition)

    def _advised(self, edition: Edition) -> Edition:
        second = second_opinion(edition.known.digest, self._data) if self._semantic else None
        return edition.advised(second) if second else edition

    async def study(self) -> None:
        """Have it learnt what the phrases mean whenever nobody knows yet, for ever; takes minutes."""
        while self._semantic:
            self._taken_up.clear()
            digest = self.current.known.digest
            if not meanings(digest, self._data).is_file():
                await reader(self._folder, self._data).done()
                if not meanings(digest, self._data).is_file():
                    _log.warning("no second opinion: what the phrases mean could not be learnt")
                edition = await asyncio.to_thread(self._advised, self.current)
                if edition.known.digest == self.current.known.digest:  # not edited meanwhile
                    self.current = edition
            await self._taken_up.wait()


def _is_content(_change: object, path: str) -> bool:
    return path.endswith(".yaml") and not Path(path).name.startswith(".")
