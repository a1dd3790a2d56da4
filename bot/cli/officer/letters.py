"""Invitations and visits at home that citizens can check: issued, listed, ended."""

from __future__ import annotations

import argparse
import json
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from bot.cli import codes
from bot.cli.officer.room import RefusedError, Room, enter
from bot.config import Settings
from bot.content.files import console, say
from bot.conversation.times.wishes import when
from bot.domain.letter import AHEAD, EARLIEST, Letter, LetterKind, LetterStatus, read, written
from bot.domain.seat import LOCAL, today
from bot.services.letters import LetterOutcome, Letters

_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?:T|\b)")
_TO = {"cancel": LetterStatus.CANCELLED, "used": LetterStatus.USED, "back": LetterStatus.OPEN}


def issue(options: Settings, given: argparse.Namespace) -> int:
    """A new letter; its code is shown."""
    return enter(options, given, _issue)


def show(options: Settings, given: argparse.Namespace) -> int:
    """The letters of some stations."""
    return enter(options, given, _show)


def turn(options: Settings, given: argparse.Namespace) -> int:
    """Cancel a letter, say that it was used, or take that back."""
    return enter(options, given, _turn)


async def _issue(room: Room, given: argparse.Namespace) -> int:
    [station] = room.stations([given.station])
    at = _moment(room, " ".join(given.when))
    letters = Letters(room.store)
    outcome, letter = await letters.issue(
        room.hand, secrets.token_hex(8), station, LetterKind(given.kind), at, given.year
    )
    if letter is None or outcome is not LetterOutcome.DONE:
        blanks = {
            "days": AHEAD.days, "first": EARLIEST, "last": today(room.now).year,
            "most": letters.register.tries.most, "station": station,
        }  # fmt: skip
        raise RefusedError(f"letter_{outcome}", codes.BAD, **blanks)
    if given.json:
        print(json.dumps(_as_json(letter, room.now), ensure_ascii=False))
        return codes.OK
    key = f"letter_issued_{letter.kind}"
    print(say("officer", key, code=written(letter.code), station=_name(room, letter), at=_clock(letter.at)))
    print(say("officer", "letter_advice", code=written(letter.code)))
    return codes.OK


async def _show(room: Room, given: argparse.Namespace) -> int:
    stations = room.stations(given.station) or tuple(room.known.stations)
    found = [
        each
        for each in await Letters(room.store).listed(room.hand, stations)
        if given.all or not each.over(room.now)
    ]
    if given.json:
        print(json.dumps([_as_json(each, room.now) for each in found], ensure_ascii=False))
        return codes.OK
    if not found:
        print(say("officer", "letter_nobody"))
    for each in found:
        print(_line(room, each))
    return codes.OK


async def _turn(room: Room, given: argparse.Namespace) -> int:
    letters, typed = Letters(room.store), " ".join(given.code)
    if read(typed) is None:
        raise RefusedError("letter_wrong_code", code=typed)
    seen = await letters.find(room.hand, typed)
    if seen is None:
        raise RefusedError("letter_not_found", codes.BAD, code=typed)
    outcome, letter = await letters.turn(room.hand, secrets.token_hex(8), seen, _TO[given.act])
    if letter is None or outcome is not LetterOutcome.DONE:
        raise RefusedError("letter_not_allowed", codes.BAD, line=_line(room, letter or seen))
    if given.json:
        print(json.dumps(_as_json(letter, room.now), ensure_ascii=False))
        return codes.OK
    print(say("officer", f"letter_done_{given.act}"), _line(room, letter))
    return codes.OK


def _moment(room: Room, text: str) -> datetime:
    """The one day and hour that a text says: "26/11/2026 8:00", "8 giờ sáng thứ 5"."""
    local = room.now.astimezone(LOCAL)
    said = _ISO.sub(lambda iso: f"{iso[3]}/{iso[2]}/{iso[1]} ", text).strip()
    wish = when(said, local.date(), local.time())
    choices = wish.choices if wish else ()
    if len(choices) != 1 or choices[0].doubts:
        raise RefusedError("letter_when_doubt", said=text)
    [choice] = choices
    day, hours = choice.first, choice.hours
    if day is None or (choice.last or day) != day or hours is None or hours.at is None:
        raise RefusedError("letter_when_open", said=text)
    return datetime.combine(day, time(), LOCAL) + timedelta(minutes=hours.at)


def _line(room: Room, letter: Letter) -> str:
    words = console()["officer"]
    over = letter.status is LetterStatus.OPEN and letter.over(room.now)
    parts: Sequence[str] = [
        written(letter.code),
        words["letter_kinds"][letter.kind],
        _name(room, letter),
        _clock(letter.at),
        words["letter_status"]["over" if over else letter.status],
        say("officer", "letter_checks", count=letter.checks) if letter.checks else "",
        say("officer", "letter_wrong", count=letter.wrong) if letter.wrong else "",
    ]
    return " · ".join(filter(None, parts))


def _name(room: Room, letter: Letter) -> str:
    found = room.known.stations.get(letter.station)
    return found.name if found else letter.station


def _as_json(letter: Letter, now: datetime) -> dict[str, Any]:
    return {
        "code": written(letter.code), "station": letter.station, "kind": str(letter.kind),
        "at": letter.at.astimezone(LOCAL).isoformat(), "status": str(letter.status), "over": letter.over(now),
        "checks": letter.checks, "wrong": letter.wrong,
    }  # fmt: skip


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%H:%M %d/%m/%Y}"
