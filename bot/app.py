"""What needs content but no store: one answer, a talk on the terminal. `opening` wires the open desk."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from rich.console import Console

from bot.channels import terminal
from bot.config import Settings
from bot.content.apprentice import begun, reader
from bot.content.edition import Edition, publish
from bot.content.files import say
from bot.content.meanings import file as meanings
from bot.content.meanings import second_opinion
from bot.content.shelf import Kept, Replaced, Shelf
from bot.conversation.days import local_day
from bot.conversation.redaction import redact
from bot.conversation.screens import Screens
from bot.domain.booking import AnyBooking
from bot.domain.heard import AnyHeard
from bot.domain.letter import Checked, CheckLetter, LetterChecked
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from bot.domain.step import DataErased, DataShown, EraseData, ShowData, Step
from bot.errors import ContentError
from bot.evaluation.figures import Outcome, timed

Ask = Callable[[str], Outcome]
ReadLine = Callable[[], Awaitable[str]]


def moment() -> Moment:
    """Now, with a fresh message id."""
    return Moment(datetime.now(UTC), uuid.uuid4().hex)


def edition(settings: Settings) -> Edition:
    """The content of these settings, ready to answer.

    Raises:
        ContentError: when the content has problems.
    """
    child = begun(settings.content_dir, settings.data_dir)
    problems = child.outcome() if child else ()
    if problems:
        raise ContentError(problems)
    current = publish(settings.content_dir, settings.data_dir)
    if not settings.semantic:
        return current
    digest, data = current.known.digest, settings.data_dir
    if not meanings(digest, data).is_file():
        sys.stderr.write(say("chat", "studying") + "\n")
        reader(settings.content_dir, data).outcome()
    second = second_opinion(digest, data)
    return current.advised(second) if second else current


def asker(current: Edition) -> Ask:
    """Asks one question in a fresh talk, as every door would hear it."""
    screens = Screens(current.known)
    day = local_day(moment())

    def acts(intent: str) -> bool:
        flow = current.known.intents[intent].does
        return bool(flow) or screens.has_case(intent, day)

    def understand(text: str) -> AnyHeard:
        found = redact(text)
        return current.understanding.understand(found.text, withheld=found.withheld, day=day)

    return timed(understand, acts)


def answer(current: Edition, text: str) -> tuple[Reply, ...]:
    """What the desk says to one message of a fresh talk."""
    return turn(current, Session(), text, 1).replies


def turn(current: Edition, session: Session, line: str, number: int) -> Step:
    """One typed line through redaction, understanding and talk."""
    incoming = terminal.read(line, number)
    at = moment()
    heard = current.understanding.understand(incoming.text, session, incoming.withheld, local_day(at))
    step = current.dialogue.step(session, heard, at)
    match step.request:
        case ShowData(erasing=erasing):
            return current.dialogue.concluded(step.session, DataShown(None, 0, erasing=erasing), at)
        case EraseData():  # a talk on the terminal is kept nowhere
            return current.dialogue.concluded(step.session, DataErased(), at)
        case CheckLetter():  # there is no register here: the answer is no
            return current.dialogue.concluded(step.session, LetterChecked(Checked.AWAY), at)
        case _ if isinstance(step.request, AnyBooking):
            return current.dialogue.away(step.session)
    return current.dialogue.alone(step, at)


async def chat(settings: Settings, ask: ReadLine) -> None:
    """Talk on the terminal until the input ends or says so; edits of content are picked up on the way."""
    to = terminal.console()
    child = begun(settings.content_dir, settings.data_dir)
    if child:
        to.print(say("chat", "learning"))
    shelf = await Shelf.filled(settings.content_dir, settings.data_dir, child, semantic=settings.semantic)
    watching = asyncio.gather(_follow(shelf, to), shelf.study())
    try:
        await _talk(shelf, ask, to)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        to.print(say("chat", "bye"))


async def _talk(shelf: Shelf, ask: ReadLine, to: Console) -> None:
    step = shelf.current.dialogue.opening(Session())
    terminal.show(step.replies, to)
    to.print(say("chat", "welcome"))
    number = 0
    while True:
        try:
            line = await ask()
        except EOFError:
            return
        if line.strip() == say("chat", "quit"):
            return
        if line.strip():
            number += 1
            step = turn(shelf.current, step.session, line, number)
            terminal.show(step.replies, to)


async def _follow(shelf: Shelf, to: Console) -> None:
    async for outcome in shelf.watch():
        match outcome:
            case Replaced():
                to.print(say("chat", "reloaded"))
            case Kept(problems=problems):
                to.print(say("chat", "broken", count=len(problems)))
