"""What is relayed between a citizen and an officer, in words: lines of either side, and what happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.conversation.handover import END, KIND
from bot.conversation.screens import MENU
from bot.domain.handover import Handover, Line, Reason, What
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Kind, Reply
from bot.domain.seat import LOCAL

# Kinds of emergencies that have a name of their own for officers; others are called as their answer is.
KINDS = (
    "fire", "violence", "accident", "medical", "held", "money", "clicked", "lost", "despair", "disaster",
)  # fmt: skip
OFFICER = "o"  # what the choices of officers begin with
TAKE, TALK, BACK, CLOSE, DRAFT, LIST = "take", "talk", "back", "end", "draft", "talks"
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
_OVER = frozenset({What.HUNG_UP, What.CLOSED, What.QUIET, What.LAPSED})

SENTENCES: dict[str, tuple[str, ...]] = {
    "person_which": (),
    "person_ask": ("station", "state"),
    "person_on_duty": (),
    "person_nobody": (),
    "person_nobody_open": ("until",),
    "person_nobody_until": ("when",),
    "person_told": ("station", "when"),
    "person_kept": ("station", "when"),
    "person_full": (),
    "person_added": (),
    "person_much": (),
    "person_unseen": (),
    "person_here": (),
    "person_not_now": (),
    "person_withdrawn": (),
    "person_hung_up": (),
    "person_over": (),
    "button_call_now": (),
    "button_call_officer": (),
    "button_not_now": (),
    "button_withdraw_call": (),
    "button_hang_up": (),
    # to the citizen
    "relay_taken": ("station",),
    "relay_officer": ("text",),
    "relay_back": (),
    "relay_closed": (),
    "relay_quiet": (),
    "relay_lapsed": ("station",),
    # to officers
    "call_person": ("station", "why", "clock"),
    "call_urgent": ("station", "what", "clock"),
    "call_gone": (),
    "call_no_station": (),
    **{f"urgent_{kind}": () for kind in KINDS},
    **{f"why_{reason}": () for reason in Reason},
    "relay_citizen": ("name", "text"),
    "relay_beside": (),
    "relay_hung_up": ("name",),
    "relay_quiet_officer": ("name",),
    "relay_urgent": ("name", "what"),
    "talk_yours": ("name", "station", "why", "clock"),
    "talk_nothing": (),
    "talk_said": ("text",),
    "talk_answered": ("text",),
    "talk_writes": ("name",),
    "talk_closed": ("name",),
    "talk_back": ("name",),
    "talk_quicker": (),
    "talk_over": (),
    "talk_full": (),
    "talk_refused": (),
    "talk_none": (),
    "talk_today": ("count",),
    "talk_which": (),
    "talk_line": ("name", "station", "why", "clock", "stage"),
    "talk_stage_open": (),
    "talk_stage_taken": (),
    "talk_stage_mine": (),
    "talk_drafted": (),
    "talk_no_draft": (),
    "talk_sent": (),
    "button_take": (),
    "button_take_named": ("name",),
    "button_go_on": ("name",),
    "button_close": (),
    "button_give_back": (),
    "button_draft": (),
}


def plain(text: str) -> str:
    """Somebody's own words, so that no mark in them means anything."""
    return _MARKS.sub(r"\\\1", "\n".join(" ".join(line.split()) for line in text.splitlines()).strip())


def named(handover: Handover) -> str:
    """What officers call a handover: four characters of its random id."""
    return handover.id[:4].upper()


def of_talk(choices: Sequence[str]) -> bool:
    """Whether these are the buttons of a talk: while they show, what its officer types is for the citizen."""
    own = tuple(f"{OFFICER}:{act}:" for act in (TALK, CLOSE, BACK))
    return bool(choices) and all(each.startswith(own) for each in choices)


def choice(act: str, handover: Handover) -> str:
    """The choice of an officer's button about a handover."""
    return f"{OFFICER}:{act}:{handover.ref}"


class Relaying:
    """Puts lines into replies. Pure."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known

    def call(self, handover: Handover) -> Reply:
        """Officers on duty are told that one is wanted: the station and why, never a word of the citizen."""
        known, clock = self._known, _clock(handover.asked)
        button = (Button(known.says("button_take"), choice(TAKE, handover)),)
        if handover.kind:
            text = known.says(
                "call_urgent", station=self.station(handover), what=self.what(handover.kind), clock=clock
            )
        else:
            text = known.says(
                "call_person", station=self.station(handover), why=self.why(handover), clock=clock
            )
        return Reply(text, button)

    def to_citizen(self, handover: Handover, line: Line) -> Reply | None:
        """What the citizen is told of a line; None: nothing."""
        known = self._known
        hang_up = (Button(known.says("button_hang_up"), f"{KIND}:{END}"),)
        menu = (Button(known.says("button_menu"), MENU),)
        match line.what:
            case What.OFFICER:
                return Reply(known.says("relay_officer", text=plain(line.text)), hang_up)
            case What.TAKEN:
                return Reply(known.says("relay_taken", station=self.station(handover)), hang_up)
            case What.BACK:
                return Reply(known.says("relay_back"))
            case What.CLOSED:
                return Reply(known.says("relay_closed"), menu)
            case What.QUIET:
                return Reply(known.says("relay_quiet"), menu)
            case What.LAPSED if handover.reason is not Reason.URGENT:
                return Reply(known.says("relay_lapsed", station=self.station(handover)), menu)
            case _:
                return None

    def to_officer(self, handover: Handover, line: Line) -> Reply | None:
        """What the officer in the talk is told of a line; None: nothing."""
        known, name = self._known, named(handover)
        match line.what:
            case What.CITIZEN:
                return Reply(
                    known.says("relay_citizen", name=name, text=self.words(line)), self.acts(handover)
                )
            case What.HUNG_UP:
                return Reply(known.says("relay_hung_up", name=name))
            case What.QUIET:
                return Reply(known.says("relay_quiet_officer", name=name))
            case What.URGENT:
                return Reply(known.says("relay_urgent", name=name, what=self.what(line.text)))
            case _:
                return None

    def thread(self, handover: Handover, lines: Sequence[Line]) -> Reply:
        """What an officer sees who comes into a talk, or looks at it again: who, why, what was written."""
        known = self._known
        head = known.says(
            "talk_yours", name=named(handover), station=self.station(handover), why=self.why(handover),
            clock=_clock(handover.asked),
        )  # fmt: skip
        told = [
            known.says("talk_said" if each.what is What.CITIZEN else "talk_answered", text=self.words(each))
            for each in lines
            if each.what in {What.CITIZEN, What.OFFICER}
        ]
        text = "\n\n".join([head, *(told or [known.says("talk_nothing")])])
        return Reply(text, self.acts(handover))

    def acts(self, handover: Handover) -> tuple[Button, ...]:
        """What an officer in a talk can press."""
        says = self._known.says
        return (
            Button(says("button_go_on", name=named(handover)), choice(TALK, handover)),
            Button(says("button_close"), choice(CLOSE, handover)),
            Button(says("button_give_back"), choice(BACK, handover)),
        )

    def words(self, line: Line) -> str:
        """The words of a line, or that there were none."""
        said = plain(line.text)
        beside = self._known.says("relay_beside") if line.beside is not Kind.WORDS else ""
        return " ".join(filter(None, (beside, said)))

    def station(self, handover: Handover) -> str:
        """The name of its station."""
        place = self._known.stations.get(handover.station)
        return place.name if place else self._known.says("call_no_station")

    def why(self, handover: Handover) -> str:
        """Why an officer is wanted; of an emergency, which."""
        return self.what(handover.kind) if handover.kind else self._known.says(f"why_{handover.reason}")

    def what(self, kind: str) -> str:
        """A kind of emergency, by the name of its matter."""
        if named := self._known.texts.get(f"urgent_{kind}"):
            return named
        found = self._known.emergencies.get(kind)
        answer = self._known.answers.get(found.intent) if found else None
        return answer.title if answer else self._known.says("why_urgent")


def over(line: Line) -> bool:
    """Whether a line is the end of a handover."""
    return line.what in _OVER


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%H:%M %d/%m}"
