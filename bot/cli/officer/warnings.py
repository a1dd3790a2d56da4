"""Warnings from the terminal: written, approved, sent, each in the name of an officer and with their code.

A shell says nothing of who sits there, so nothing here is done by the terminal itself: whoever could write as
nobody could approve it as themselves. Looking needs no code.
"""

from __future__ import annotations

import argparse
import json
import secrets
from dataclasses import replace
from datetime import datetime

from bot.cli import codes
from bot.cli.officer.room import RefusedError, Room, enter
from bot.cli.officer.told import as_json, line, report, whole
from bot.config import Settings
from bot.content.files import say
from bot.conversation.officer.moments import moment
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.officer import Hand
from bot.domain.warning import LASTS, Bulletin, Case, Fault, Move, State, Topic
from bot.services.links import Links
from bot.services.officers import TERMINAL, Outcome
from bot.services.warnings import Bulletins, Result
from bot.store.mailing import Ledger
from bot.store.warnings import Kept

_OVER = frozenset({State.DONE, State.EXPIRED, State.CANCELLED})
_CODES = {Outcome.WRONG: "warning_code_wrong", Outcome.OFTEN: "warning_code_often"}


def draft(options: Settings, given: argparse.Namespace) -> int:
    """A new draft."""
    return enter(options, given, _draft)


def edit(options: Settings, given: argparse.Namespace) -> int:
    """Other words for a draft."""
    return enter(options, given, _edit)


def move(options: Settings, given: argparse.Namespace) -> int:
    """Move one on."""
    return enter(options, given, _move)


def show(options: Settings, given: argparse.Namespace) -> int:
    """All of them, one of them, or how far one has come."""
    return enter(options, given, _show)


async def _draft(room: Room, given: argparse.Namespace) -> int:
    hand, desk = await _hand(room, given), _desk(room)
    first = await _case(desk, given.corrects) if given.corrects else None
    if first:
        bulletin = replace(first.bulletin, corrects=first.id)
    else:
        stations = room.stations(given.station)
        if bool(stations) == given.everywhere:
            raise RefusedError("where", stations=", ".join(room.known.stations))
        if not given.topic and not given.template:
            raise RefusedError("warning_topic", topics=", ".join(Topic))
        bulletin = Bulletin(Topic(given.topic or Topic.SCAM), stations, "", "")
    made = await desk.draft(hand, secrets.token_hex(8), _filled(room, bulletin, given), given.code)
    return _told(room, made, given, "draft")


async def _edit(room: Room, given: argparse.Namespace) -> int:
    hand, desk = await _hand(room, given), _desk(room)
    case = await _case(desk, given.id)
    bulletin = _filled(room, case.bulletin, given)
    if given.topic:
        bulletin = replace(bulletin, topic=Topic(given.topic))
    if given.station:
        bulletin = replace(bulletin, stations=room.stations(given.station))
    done = await desk.edit(hand, secrets.token_hex(8), case, bulletin, given.code)
    return _told(room, done, given, "edit")


async def _move(room: Room, given: argparse.Namespace) -> int:
    hand, desk = await _hand(room, given), _desk(room)
    case, request = await _case(desk, given.id), secrets.token_hex(8)
    if given.act == Move.APPROVE and given.send:
        return _told(room, await desk.approve_and_send(hand, request, case, given.code), given, "send")
    begins = None
    if given.act == Move.SCHEDULE:
        begins = moment(" ".join(given.when), room.now, ends=False)
        if begins is None:
            raise RefusedError("letter_when_doubt", said=" ".join(given.when))
    reason = " ".join(given.reason.split()) if given.act == Move.RETURN else ""
    done = await desk.move(
        hand, request, case, Move(given.act), totp=given.code, reason=reason, begins=begins
    )
    return _told(room, done, given, given.act)


async def _show(room: Room, given: argparse.Namespace) -> int:
    desk, ledger = _desk(room), Ledger(room.store)
    names = {each.id: each.name for each in await room.officers.everyone()}
    if given.id is None:
        found = [each for each in await desk.kept.all() if given.all or each.state not in _OVER]
        if given.json:
            print(json.dumps([as_json(each, None) for each in found], ensure_ascii=False))
            return codes.OK
        for each in found:
            print(line(room.known, each, names, room.now))
        if not found:
            print(say("officer", "warning_nobody"))
        return codes.OK
    case = await _case(desk, given.id)
    progress = await ledger.progress(case.id)
    if given.json:
        print(json.dumps(as_json(case, progress), ensure_ascii=False))
        return codes.OK
    print(line(room.known, case, names, room.now))
    if given.act == "show":
        print(whole(room.known, case, room.now))
        for fault in desk.faults(case.bulletin, room.now) if case.state is State.DRAFT else ():
            print("-", room.known.says(f"officer_warn_fault_{fault}"))
    print("\n".join(report(room.known, case, progress, room.now)))
    return codes.OK


def _filled(room: Room, bulletin: Bulletin, given: argparse.Namespace) -> Bulletin:
    """A bulletin with what was given."""
    if given.template:
        every = room.known.warnings.templates
        found = next((each for each in every if each.id == given.template), None)
        if found is None:
            raise RefusedError("warning_template", templates=", ".join(each.id for each in every))
        bulletin = replace(bulletin, topic=found.topic, title=found.title, text=found.text, link=found.link)
    named = {name: getattr(given, name) for name in ("title", "text", "link", "picture")}
    bulletin = replace(bulletin, **{name: text for name, text in named.items() if text is not None})
    if given.until:
        bulletin = replace(bulletin, expires=_until(room, given.until))
    return replace(bulletin, urgent=bulletin.urgent or given.urgent, drill=bulletin.drill or given.drill)


def _until(room: Room, text: str) -> datetime:
    ends = moment(text, room.now, ends=True)
    if ends is None:
        raise RefusedError("letter_when_doubt", said=text)
    if not room.now < ends <= room.now + LASTS:
        raise RefusedError("warning_until", days=LASTS.days)
    return ends


async def _hand(room: Room, given: argparse.Namespace) -> Hand:
    """The officer in whose name it is done; the code is looked at by the act itself."""
    if not given.by or not given.code:
        raise RefusedError("warning_by")
    everyone = [each for each in await room.officers.everyone() if each.ended(room.now) is None]
    if given.by not in {each.id for each in everyone}:
        raise RefusedError("no_officer", codes.BAD, id=given.by)
    return Hand(given.by, TERMINAL, room.now)


def _desk(room: Room) -> Bulletins:
    def official() -> tuple[str, ...]:
        return tuple(room.known.scams.webs.official)

    return Bulletins(room.store, room.officers, official, Links(official))


async def _case(desk: Bulletins, id_: str) -> Case:
    case = await desk.kept.read(id_)
    if case is None:
        raise RefusedError("warning_not_found", codes.BAD, id=id_)
    return case


def _told(room: Room, done: Result, given: argparse.Namespace, act: str) -> int:
    if not done.done or done.case is None:
        raise _refusal(room, done)
    if given.json:
        print(json.dumps(as_json(done.case, None), ensure_ascii=False))
        return codes.OK
    print(say("officer", f"warning_done_{act}", id=done.case.id))
    for fault in done.faults:
        print("-", room.known.says(f"officer_warn_fault_{fault}"))
    return codes.OK


def _refusal(room: Room, done: Result) -> RefusedError:
    """Why nothing was done, and what to do instead."""
    if done.code in _CODES:
        return RefusedError(_CODES[done.code], codes.BAD)
    if done.faults and done.faults != (Fault.PAST,):
        said = "\n".join(f"- {room.known.says(f'officer_warn_fault_{each}')}" for each in done.faults)
        return RefusedError("warning_faults", codes.BAD, lines=said)
    known = {
        Kept.OWN: "warning_own", Kept.EXPIRED: "warning_over", Kept.LIMIT: "warning_limit",
        Kept.REFUSED: "warning_refused",
    }  # fmt: skip
    state = WarningWords(room.known, room.now).state(done.case) if done.case else ""
    return RefusedError(known.get(done.kept, "warning_not_now"), codes.BAD, state=state)
