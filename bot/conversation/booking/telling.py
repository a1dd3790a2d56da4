"""What the booking talk tells: a code, a card, a list; why something could not be done, and what can."""

from __future__ import annotations

from datetime import date

from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.booking.homes import Homes
from bot.conversation.reminding import checklist
from bot.conversation.screens import MENU
from bot.conversation.times.saying import clock, worded
from bot.domain.appointment import Appointment, Outcome, Status
from bot.domain.booking import Acted, Answer, AskHome, Book, Cancel, Own, Queue, Shift, TakeSeat, Withdraw
from bot.domain.knowledge import VISITS, Knowledge
from bot.domain.message import Button, Link, Reply
from bot.domain.seat import CELL, LOCAL, today
from bot.domain.timetable import place_of

_LIVE = frozenset({Status.BOOKED, Status.DISPLACED})


class Telling:
    """Answers of the booking talk. Pure."""

    def __init__(self, known: Knowledge, homes: Homes) -> None:
        self._known, self._homes = known, homes
        self._says = known.says

    def held(self, acted: Acted, day: date) -> Reply:
        """A seat is kept for a while."""
        return Reply(self._says("book_held", when=self._when(acted.result.appointment, day)))

    def done(self, acted: Acted, day: date) -> Reply:
        """It is done, and what follows from it."""
        appointment, code = acted.result.appointment, acted.code or ""
        match acted.did:
            case Book() | Shift():
                key = "book_done" if isinstance(acted.did, Book) else "book_moved"
                return self._booked(key, acted, day)
            case Answer(act=acts.CLAIM):
                return self._booked("book_done", acted, day)
            case Answer(act=act):
                return Reply(self._says(f"book_{act}"), (self._mine(), self._menu()))
            case Queue(day=waited):
                return Reply(
                    self._says("book_waiting", day=worded(self._known, waited, day)),
                    (self._mine(), self._menu()),
                )
            case AskHome():
                return self._homes.asked(acted, day)
            case Withdraw():
                return self._homes.withdrawn()
            case Cancel():
                new = Button(self._says("button_book_new"), choice(acts.NEW, *self._service(appointment)))
                return Reply(
                    self._says("book_cancelled", when=self._when(appointment, day), code=code),
                    (new, self._menu()),
                )
            case _:
                return self.stale()

    def _booked(self, key: str, acted: Acted, day: date) -> Reply:
        appointment, code, link = acted.result.appointment, acted.code or "", acted.link
        lines = [
            self._says(key, code=code, when=self._when(appointment, day), where=self._where(appointment))
        ]
        if appointment:
            lines.append("\n".join(checklist(self._known, appointment)))
        lines.append(self._says("book_keep", code=code))
        if not acted.reached:
            lines.append(self._says("book_unreached" if link else "book_unreached_plain"))
        links = (Link(self._says("link_book_page"), link),) if link else ()
        return Reply("\n\n".join(lines), (*self._ways(code), self._menu()), links)

    def card(self, code: str, appointment: Appointment, day: date) -> Reply:
        """One appointment."""
        state = self._says(f"book_state_{appointment.status}")
        text = self._says(
            "book_card",
            code=code,
            when=self._when(appointment, day),
            where=self._where(appointment),
            state=state,
        )
        ways = self._ways(code) if appointment.status in _LIVE else ()
        return Reply(text, (*ways, self._menu()))

    def own(self, own: Own, day: date, intent: str | None = None) -> Reply:
        """Everything ahead, and what is waited for; with nothing of that, the answer to what was asked."""
        booked = [(code, each) for code, each in own.appointments if each.status is not Status.HELD]
        begun = [self._begun(each, day) for each in own.begun]
        if not (booked or own.waits or own.homes):
            new = Button(self._says("button_book_new"), choice(acts.NEW))
            return Reply("\n\n".join(begun) or self._none(intent, day), (new, self._menu()))
        if len(booked) == 1 and not (own.waits or own.homes or begun):
            return self.card(*booked[0], day)
        lines = [f"- **{code}**: {self._when(each, day)}, {self._what(each)}" for code, each in booked]
        lines += [
            self._says("book_waits", days=", ".join(worded(self._known, each, day) for each in days))
            for _, _, days in own.waits
        ]
        lines += self._homes.lines(own.homes, day)
        buttons = [
            Button(self._says("button_book_show", code=code), choice(acts.SHOW, code)) for code, _ in booked
        ]
        buttons += [
            Button(self._says("button_book_leave"), choice(acts.LEAVE, station, waiter))
            for station, waiter, _ in own.waits
        ]
        buttons += self._homes.ways(own.homes)
        text = "\n\n".join((self._says("book_own", lines="\n".join(lines)), *begun))
        return Reply(text, (*buttons[:6], self._menu()))

    def _begun(self, held: Appointment, day: date) -> str:
        """A seat that is held at another door of theirs, and what to do about it."""
        until = (held.until or held.at).astimezone(LOCAL)
        return self._says(
            "book_begun", when=self._when(held, day), clock=clock(until.hour * 60 + until.minute)
        )

    def _none(self, intent: str | None, day: date) -> str:
        """Nothing is booked here; it may be elsewhere, and the answer says what to do then."""
        found = self._known.intents.get(intent or "")
        answer = self._known.answers.get(intent or "") if found and found.does == VISITS else None
        short = answer.body(day).short if answer else None
        return "\n\n".join(filter(None, (self._says("book_none"), short)))

    def refused(self, acted: Acted, day: date) -> Reply:
        """Why it could not be done, and what can be."""
        outcome = acted.result.outcome
        until = acted.result.until
        if isinstance(acted.did, AskHome | Withdraw):
            return self._homes.refused(acted)
        if outcome is Outcome.COOLING and until:
            text = self._says("book_cooling", day=worded(self._known, today(until), day))
        elif outcome is Outcome.NOT_FOUND:
            text = self._says("book_not_found")
        elif outcome is Outcome.NOT_ALLOWED and isinstance(acted.did, Cancel | Shift):
            text = self._says("book_too_late")
        elif outcome is Outcome.EXPIRED:
            text = self._says("book_late")
        else:
            text = self._says(f"book_{outcome}")
        if isinstance(acted.did, TakeSeat | Shift) and outcome in {Outcome.GONE, Outcome.FULL}:
            return Reply(text)
        return Reply(text, (self._mine(), self._menu()))

    def ask_phone(self) -> Reply:
        """The phone with which a booking was made elsewhere."""
        return Reply(self._says("book_ask_phone"), (self._menu(),))

    def coming(self) -> Reply:
        """Somebody said that they will come."""
        return Reply(self._says("book_coming"), (self._mine(), self._menu()))

    def let_go(self) -> Reply:
        """Nothing was booked."""
        return Reply(self._says("book_let_go"), (self._menu(),))

    def kept(self) -> Reply:
        """A visit stays when it was."""
        return Reply(self._says("book_kept"), (self._mine(), self._menu()))

    def stale(self) -> Reply:
        """A button of a talk that is over."""
        new = Button(self._says("button_book_new"), choice(acts.NEW))
        return Reply(self._says("book_stale"), (new, self._mine(), self._menu()))

    def _when(self, appointment: Appointment | None, day: date) -> str:
        if appointment is None:
            return ""
        local = appointment.at.astimezone(LOCAL)
        return worded(self._known, local.date(), day, (local.hour * 60 + local.minute) // CELL * CELL)

    def _what(self, appointment: Appointment) -> str:
        station = self._known.stations.get(appointment.station)
        service = station.service(appointment.service) if station else None
        if station is None or service is None:
            return ""
        place = place_of(station, appointment.seat.desk) if appointment.seat else None
        return self._says("book_what", service=service.name, station=place or station.name).rstrip(".")

    def _where(self, appointment: Appointment | None) -> str:
        return self._what(appointment) if appointment else ""

    def _service(self, appointment: Appointment | None) -> tuple[str, ...]:
        return (appointment.service,) if appointment else ()

    def _ways(self, code: str) -> tuple[Button, ...]:
        return (
            Button(self._says("button_book_move"), choice(acts.MOVE, code)),
            Button(self._says("button_book_cancel"), choice(acts.CANCEL, code)),
        )

    def _mine(self) -> Button:
        return Button(self._says("button_book_mine"), choice(acts.MINE))

    def _menu(self) -> Button:
        return Button(self._says("button_menu"), MENU)
