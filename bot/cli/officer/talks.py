"""Talks with citizens from the terminal, in the name of an officer; drafts that came of them."""

from __future__ import annotations

import argparse
import json
import secrets
from datetime import timedelta
from typing import Any

from bot.cli import codes
from bot.cli.officer.room import RefusedError, Room, enter
from bot.config import Settings
from bot.content.files import console, say
from bot.conversation.relaying import Relaying, named
from bot.domain.handover import Handover, Line, Outcome, Stage, What, parted
from bot.domain.officer import Hand, Officer, Right, refused
from bot.domain.seat import LOCAL, today
from bot.services.officers import TERMINAL
from bot.services.talks import Talks, Worked
from bot.store.drafts import Draft, Drafts
from bot.store.handovers import WITHIN, Handovers

_WEEK = 7  # days of the figures
_LINE = 200  # characters of a draft in the list


def talks(options: Settings, given: argparse.Namespace) -> int:
    """List, take, read, write, give back, end."""
    return enter(options, given, _talks)


def drafts(options: Settings, given: argparse.Namespace) -> int:
    """Answers that officers marked, for whoever writes the content."""
    return enter(options, given, _drafts)


async def _talks(room: Room, given: argparse.Namespace) -> int:
    desk, hand = _desk(room), Hand((await _officer(room, given.officer)).id, TERMINAL, room.now)
    if given.act == "list":
        return await _listed(room, desk, hand, given)
    if not given.words:
        raise RefusedError("talk_no_id")
    name, words = given.words[0], " ".join(given.words[1:])
    ref = (await _named(desk, hand, name)).ref
    request = secrets.token_hex(8)
    match given.act:
        case "take":
            return _shown(room, await desk.take(hand, request, ref, None), given)
        case "read":
            return _shown(room, await desk.read(hand, ref), given)
        case "say" if words:
            return _done(await desk.say(hand, request, ref, words), "talk_said")
        case "say":
            raise RefusedError("talk_no_words")
        case "back":
            return _done(await desk.give_back(hand, request, ref), "talk_back")
        case "draft":
            if not await desk.draft(hand, ref):
                raise RefusedError("talk_no_draft", codes.BAD)
            print(say("officer", "talk_drafted"))
            return codes.OK
        case _:
            return _done(await desk.close(hand, request, ref), "talk_ended")


async def _listed(room: Room, desk: Talks, hand: Hand, given: argparse.Namespace) -> int:
    found = await desk.listed(hand)
    if given.json:
        print(json.dumps([_as_json(each) for each in found], ensure_ascii=False))
        return codes.OK
    said, words = Relaying(room.known), console()["officer"]
    for each in found:
        stage = words["talk_stages"]["mine" if each.officer == hand.who else each.stage]
        since = f"{each.asked.astimezone(LOCAL):%H:%M %d/%m/%Y}"
        print(" · ".join((named(each), stage, said.station(each), said.why(each), since)))
    if not found:
        print(say("officer", "talk_nobody"))
    week = await desk.counts(room.known.stations, today(room.now) - timedelta(days=_WEEK), today(room.now))
    if week["taken"]:
        within = ", ".join(
            say("officer", "talk_within", minutes=each, count=week[f"within|{each}"]) for each in WITHIN
        )
        asked = sum(count for name, count in week.items() if name.startswith("opened|"))
        print(say("officer", "talk_week", asked=asked, taken=week["taken"], within=within))
    return codes.OK


def _shown(room: Room, worked: Worked, given: argparse.Namespace) -> int:
    if not worked.done or worked.handover is None:
        raise _refusal(worked)
    if given.json:
        lines = [_line_as_json(each) for each in worked.lines]
        print(json.dumps({**_as_json(worked.handover), "talk": lines}, ensure_ascii=False))
        return codes.OK
    said = Relaying(room.known)
    found = worked.handover
    print(say("officer", "talk_head", name=named(found), station=said.station(found), why=said.why(found)))
    for each in worked.lines:
        print(_line(room, each))
    print(say("officer", "talk_ways", name=named(found)))
    return codes.OK


def _line(room: Room, line: Line) -> str:
    words = console()["officer"]["talk_lines"]
    text = Relaying(room.known).what(line.text) if line.what is What.URGENT else line.text
    told = "".join(char if char.isprintable() else " " for char in text)
    return f"{line.at.astimezone(LOCAL):%H:%M} {words[line.what]} {told}".rstrip()


def _done(worked: Worked, key: str) -> int:
    if not worked.done or worked.handover is None:
        raise _refusal(worked)
    print(say("officer", key, name=named(worked.handover)))
    return codes.OK


def _refusal(worked: Worked) -> RefusedError:
    match worked.outcome:
        case Outcome.REFUSED:
            key = "talk_refused"
        case Outcome.FULL:
            key = "talk_full"
        case _ if worked.handover and worked.handover.stage is Stage.TAKEN:
            key = "talk_quicker"
        case _ if worked.handover and worked.handover.stage is Stage.OPEN:
            key = "talk_not_taken"
        case _:
            key = "talk_over"
    return RefusedError(key, codes.BAD)


async def _officer(room: Room, said: str | None) -> Officer:
    """In whose name: the officer of this id, or the only one who is on duty."""
    everyone = [each for each in await room.officers.everyone() if each.ended(room.now) is None]
    if said:
        found = [each for each in everyone if each.id == said]
    else:
        found = [each for each in everyone if each.duty and Right.TALKS in _rights(each, room)]
    if len(found) != 1:
        raise RefusedError("talk_no_officer" if said else "talk_which_officer", codes.BAD, id=said or "")
    return found[0]


def _rights(officer: Officer, room: Room) -> set[Right]:
    station = next(iter(officer.stations), None)
    return {each for each in Right if not refused(officer, each, station, room.now)}


async def _named(desk: Talks, hand: Hand, said: str) -> Handover:
    """The talk that a name of the list (`K7M3`) or a whole reference means."""
    found = [
        each for each in await desk.listed(hand)
        if said == each.ref or each.id.upper().startswith(said.upper().lstrip("#"))
    ]  # fmt: skip
    if not found and "." in said:
        ended = await desk.read(hand, said)
        if ended.handover:
            return ended.handover
    if len(found) != 1:
        raise RefusedError("talk_unknown", codes.BAD, said=said)
    return found[0]


async def _drafts(room: Room, given: argparse.Namespace) -> int:
    desk = _desk(room)
    stations = (given.station,) if given.station else tuple(room.known.stations)
    found = await desk.drafts(stations, room.now)
    if given.drop:
        dropped = [each for each in found if each.id == given.drop]
        if not dropped:
            raise RefusedError("draft_unknown", codes.BAD, id=given.drop)
        await desk.drop_draft(room.hand, dropped[0])
        print(say("officer", "draft_dropped"))
        return codes.OK
    if given.json:
        print(json.dumps([_draft_as_json(each) for each in found], ensure_ascii=False))
        return codes.OK
    names = {each.id: each.name for each in await room.officers.everyone()}
    for each in found:
        text = " ".join(each.text.split())[:_LINE]
        print(f"{each.at.astimezone(LOCAL):%d/%m/%Y} · {names.get(each.officer, each.officer)} · {text}")
        print(f"  {each.id}")
    if not found:
        print(say("officer", "draft_none"))
    return codes.OK


def _desk(room: Room) -> Talks:
    return Talks(Handovers(room.store), Drafts(room.store), room.officers, lambda: room.known)


def _as_json(each: Handover) -> dict[str, Any]:
    return {
        "ref": each.ref, "name": named(each), "station": parted(each.ref)[0], "stage": str(each.stage),
        "reason": str(each.reason), "kind": each.kind or None, "asked": each.asked.isoformat(),
        "officer": each.officer or None,
    }  # fmt: skip


def _line_as_json(each: Line) -> dict[str, Any]:
    return {"n": each.number, "what": str(each.what), "at": each.at.isoformat(), "text": each.text}


def _draft_as_json(each: Draft) -> dict[str, Any]:
    return {
        "id": each.id, "station": each.station, "officer": each.officer, "at": each.at.isoformat(),
        "text": each.text,
    }  # fmt: skip
