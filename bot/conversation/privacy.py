"""What a citizen can do with what is held about them: see it, change it, have it erased.

Choices are `d:` and an act; erasing is asked twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from bot.conversation.booking.acts import KIND as BOOKING
from bot.conversation.door_names import door_name
from bot.conversation.handover import KIND as PERSON
from bot.conversation.handover import People
from bot.conversation.letters.talk import KIND as LETTER
from bot.conversation.linking import acts as doors
from bot.conversation.reminding import dated, service
from bot.conversation.screens import BACK, MENU, START, answer_choice
from bot.conversation.subscribing.acts import KIND as WARNED
from bot.conversation.subscribing.screens import named as topics
from bot.conversation.warnings import STOP, is_pressed
from bot.domain.appointment import Appointment, Status
from bot.domain.booking import Own
from bot.domain.command import Command
from bot.domain.heard import AnyHeard, Checks, Chose, Follows, Links, Meant, Said
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Moment, Reply
from bot.domain.pairing import Tied
from bot.domain.session import Session
from bot.domain.step import AnyRequest, DataErased, DataShown, EraseData, ShowData
from bot.domain.subscription import Subscription
from bot.domain.warning import Topic

DATA = "d"
_STATIONS = 7  # offered at once
SHOW, ERASE, CONFIRMED, STATION = "show", "erase", "erase!", "station"
EVERYWHERE = "erase!!"  # at all doors that are tied


class Privacy:
    """Words and buttons around a citizen's own data."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known

    def asked(self, session: Session, act: str, at: Moment) -> tuple[Session, Reply, AnyRequest | None]:
        """What to say to an act, and what is to be done for it."""
        says = self._known.says
        if act == SHOW:
            return session, Reply(""), ShowData(f"data:{at.message_id}")
        sure = act in {CONFIRMED, EVERYWHERE}
        if sure and f"{DATA}:{act}" in session.offers:  # an old button only asks again
            return session, Reply(""), EraseData(f"erase:{at.message_id}", act == EVERYWHERE)
        if sure or act == ERASE:
            return session, Reply(""), ShowData(f"data:{at.message_id}", erasing=True)
        if act == STATION:
            stations = [Button(s.name, f"{START}:{s.id}") for s in self._known.stations.values()]
            reply = Reply(says("data_station"), (*stations[:_STATIONS], self._menu()))
            return replace(session, station=None), reply, None
        show = Button(says("button_data_show"), f"{DATA}:{SHOW}")
        erase = Button(says("button_data_erase"), f"{DATA}:{ERASE}")
        return session, Reply(says("data_menu"), (show, self._doors(), erase, self._menu())), None

    def told(self, session: Session, result: DataShown | DataErased) -> tuple[Session, Reply]:
        """What became of it."""
        says = self._known.says
        match result:
            case DataErased(cancelled=cancelled):
                gone = says("data_cancelled", count=str(cancelled)) if cancelled else ""
                return Session(), Reply(says("data_erased", cancelled=gone), (self._menu(),))
            case DataShown(erasing=True):
                return session, self._asks(result)
            case DataShown():
                stop = (Button(says("button_no_warnings"), STOP),) if result.warnings.live else ()
                buttons = (
                    *stop,
                    self._doors(),
                    Button(says("button_data_station"), f"{DATA}:{STATION}"),
                    Button(says("button_data_erase"), f"{DATA}:{ERASE}"),
                    self._menu(),
                )
                return session, Reply(self._shown(session, result), buttons)
            case _:
                assert_never(result)

    def _asks(self, held: DataShown) -> Reply:
        """Whether to erase everything, what goes with it, and at which doors."""
        says, own = self._known.says, held.own
        visits, waits = _booked(own), own.waits
        parts = [says("data_erase")]
        if visits:
            codes = ", ".join(f"**{code}**" for code, _ in visits)
            parts.append(says("data_erase_visits", count=str(len(visits)), codes=codes))
        if waits:
            parts.append(says("data_erase_waits", count=str(len(waits))))
        if own.homes:
            parts.append(says("data_erase_homes", count=str(len(own.homes))))
        if held.warnings.live:
            parts.append(says("data_erase_warnings"))
        no = Button(says("button_erase_no"), MENU)
        if not held.doors:
            return Reply(" ".join(parts), (Button(says("button_erase_yes"), f"{DATA}:{CONFIRMED}"), no))
        here = Button(says("button_erase_here"), f"{DATA}:{CONFIRMED}")
        everywhere = Button(says("button_erase_everywhere"), f"{DATA}:{EVERYWHERE}")
        asks = says("data_erase_doors", doors=self._tied(held.doors))
        return Reply(f"{' '.join(parts)}\n\n{asks}", (here, everywhere, no))

    def _shown(self, session: Session, held: DataShown) -> str:
        known = self._known
        none = known.says("data_none")
        answer = known.answers.get(session.intent or "")
        station = known.stations.get(session.station or "")
        named = ((self._purpose(purpose), day) for purpose, day in held.consents)
        agreed = ", ".join(f"{purpose} ({day:%d/%m/%Y})" for purpose, day in named)
        return known.says(
            "data_shown",
            matter=answer.title if answer else none,
            station=station.name if station else none,
            replies=str(held.kept_replies) if held.kept_replies else none,
            visits=self._visits(held.own) or none,
            waits=self._waits(held.own) or none,
            homes=str(len(held.own.homes)) if held.own.homes else none,
            warnings=self._warnings(held.warnings) or none,
            doors=self._tied(held.doors) or none,
            consents=agreed or none,
        )

    def _tied(self, tied: Sequence[Tied]) -> str:
        """The doors that are tied, by name."""
        return ", ".join(door_name(self._known, door.channel) for door in tied)

    def _purpose(self, purpose: str) -> str:
        """What somebody agreed to, in words."""
        topic = purpose.removeprefix("warning_")
        if topic != purpose and topic in {*Topic}:
            return self._known.says("subs_consented", topic=topics(self._known, (Topic(topic),)))
        return self._known.texts.get(f"consent_{purpose}", purpose)

    def _warnings(self, got: Subscription) -> str:
        """The warnings somebody gets, and of which stations."""
        if not got.live:
            return ""
        places = (self._known.stations.get(each) for each in got.stations)
        stations = ", ".join(each.name if each else self._known.says("remind_station") for each in places)
        return self._known.says("data_warnings", topics=topics(self._known, got.topics), stations=stations)

    def _visits(self, own: Own) -> str:
        """Each visit ahead: its code, when, for what."""
        known = self._known
        return "; ".join(
            f"**{code}** {dated(known, each)}, {service(known, each)}" for code, each in _booked(own)
        )

    def _waits(self, own: Own) -> str:
        """The days that are waited for, and where."""
        known = self._known
        told = []
        for id_, _, days in own.waits:
            station = known.stations.get(id_)
            name = station.name if station else known.says("remind_station")
            told.append(f"{', '.join(f'{day:%d/%m/%Y}' for day in days)} ({name})")
        return "; ".join(told)

    def _doors(self) -> Button:
        return Button(self._known.says("button_doors"), doors.choice(doors.SHOW))

    def _menu(self) -> Button:
        return Button(self._known.says("button_menu"), MENU)


def _booked(own: Own) -> tuple[tuple[str, Appointment], ...]:
    """What lies ahead, without what is only held for some minutes."""
    return tuple(each for each in own.appointments if each[1].status is not Status.HELD)


def private(heard: AnyHeard, people: People) -> bool:
    """Whether an answer would be about the one who asks, and has no place where others listen."""
    match heard:
        case Chose(choice=choice):
            own = (
                choice.partition(":")[0] in {DATA, BOOKING, PERSON, LETTER, WARNED, doors.KIND}
                and choice != BACK
            )
            return own or choice == STOP or is_pressed(choice) or people.opens(choice)
        case Meant(intent=intent):
            return people.opens(answer_choice(intent))
        case Checks() | Follows() | Links():
            return True
        case Said(what=what):
            return what in {Command.DATA, Command.SHOW, Command.ERASE, Command.ENOUGH}
        case _:
            return False
