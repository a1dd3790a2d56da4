"""What the booking talk asks, with its buttons: where, for what, who comes, when, under which name."""

from __future__ import annotations

from datetime import date, datetime

from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.phones import national
from bot.conversation.times.saying import begun, clock, worded
from bot.domain.booking import Days, Times
from bot.domain.draft import Draft
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.seat import LOCAL, Seat
from bot.domain.seating import packed
from bot.domain.station import Station
from bot.domain.timetable import place_of

_STATIONS = 8  # offered at once
_NAMED = 4  # days that somebody may have named one by one
_DAYS = 6  # days on one page
_TIMES = 8  # times on one page
_NOON = 12 * 60


class Asking:
    """Questions of the booking talk. Pure."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._says = known.says

    def bookable(self) -> tuple[Station, ...]:
        """The stations that have something to book."""
        return tuple(station for station in self._known.stations.values() if station.services)

    def station_of(self, draft: Draft) -> Station | None:
        """The station that was named; the only one there is."""
        every = self.bookable()
        named = next((station for station in every if station.id == draft.station), None)
        return named or (every[0] if len(every) == 1 else None)

    def stations(self) -> Reply:
        """Which station."""
        buttons = [Button(each.name, choice(acts.STATION, each.id)) for each in self.bookable()[:_STATIONS]]
        return Reply(self._says("book_station"), (*buttons, self._stop()))

    def services(self, station: Station) -> Reply:
        """What the visit is for."""
        buttons = [Button(each.name, choice(acts.SERVICE, each.id)) for each in station.services]
        return Reply(self._says("book_service", station=station.name), (*buttons, self._stop()))

    def who(self) -> Reply:
        """Who comes."""
        buttons = [
            Button(self._says(f"button_book_{who}"), choice(acts.WHO, who))
            for who in ("self", "elder", "child", "other", "many")
        ]
        return Reply(self._says("book_who"), (*buttons, self._stop()))

    def people(self) -> Reply:
        """How many come together."""
        buttons = [
            Button(self._says("button_book_people", count=str(count)), choice(acts.PEOPLE, count))
            for count in range(2, 7)
        ]
        return Reply(self._says("book_people"), (*buttons, self._stop()))

    def priority(self) -> Reply:
        """Whether somebody goes before."""
        yes = Button(self._says("button_book_priority"), choice(acts.PRIORITY, 1))
        no = Button(self._says("button_book_ordinary"), choice(acts.PRIORITY, 0))
        return Reply(self._says("book_priority"), (yes, no, self._stop()))

    def days(self, draft: Draft, found: Days, today: date) -> Reply:
        """The next days that have a time left; a full one offers its waiting list."""
        wished = [(day, count) for day, count in found.free if day.isoformat() in draft.days]
        listed = wished or list(found.free)
        page = listed[:_DAYS]
        if not any(count for _, count in found.free):
            key = "book_no_days" if not found.free else "book_all_full"
        else:
            key = "book_days_wished" if wished else "book_days_other" if draft.days else "book_days"
        days = (self._day(day, count, today, moving=bool(draft.moves)) for day, count in page)
        buttons = [button for button in days if button]
        rest = [day for day, _ in found.free if day not in {each for each, _ in page}]
        after = [day for day in rest if page and day > page[-1][0]]
        if wished or after:
            since = today if wished else after[0]
            buttons.append(Button(self._says("button_book_more_days"), choice(acts.DAYS, since)))
        text = self._says(key, what=self._what(draft))
        missing = self._missing(draft, wished, today)
        return Reply("\n\n".join(filter(None, (text, missing))), (*buttons, self._stop()))

    def _missing(self, draft: Draft, wished: list[tuple[date, int]], today: date) -> str:
        """The days that were named, each by itself, and cannot be had."""
        found = {day.isoformat() for day, _ in wished}
        lost = [date.fromisoformat(day) for day in draft.days if day not in found]
        if not (wished and lost) or len(draft.days) > _NAMED:
            return ""
        return self._says("book_days_lost", days=", ".join(worded(self._known, day, today) for day in lost))

    def _day(self, day: date, count: int, today: date, *, moving: bool) -> Button | None:
        said = worded(self._known, day, today)
        if count:
            return Button(self._says("button_book_day", day=said, count=str(count)), choice(acts.DAY, day))
        return None if moving else Button(self._says("button_book_wait", day=said), choice(acts.WAIT, day))

    def times(self, draft: Draft, found: Times, today: date) -> Reply:
        """What is left of a day, spread over it."""
        day = begun(worded(self._known, found.day, today))
        starts = self._starts(draft, found.seats)
        if not found.opens:
            other = Button(self._says("button_book_more_days"), choice(acts.DAYS, today))
            return Reply(self._says("book_day_closed", day=day), (other, self._stop()))
        whole = (
            (Button(self._says("button_book_whole_day"), choice(acts.DAY, found.day)),)
            if (draft.begins, draft.ends) != (0, 24 * 60)
            else ()
        )
        if not starts:
            wait = () if draft.moves else (self._wait(found.day),)
            more = Button(self._says("button_book_more_days"), choice(acts.DAYS, today))
            return Reply(self._says("book_day_full", day=day), (*whole, *wait, more, self._stop()))
        page = starts[:_TIMES]
        buttons = [self._start(seat, place) for seat, place in page]
        if len(starts) > _TIMES:
            later = choice(acts.TIMES, found.day, starts[_TIMES][0].begins)
            buttons.append(Button(self._says("button_book_more_times"), later))
        buttons += whole
        buttons.append(Button(self._says("button_book_more_days"), choice(acts.DAYS, today)))
        return Reply(self._says("book_times", day=day, what=self._what(draft)), (*buttons, self._stop()))

    def _starts(self, draft: Draft, seats: tuple[Seat, ...]) -> list[tuple[Seat, str | None]]:
        """One seat for each minute and place one may begin at; the place is None at the station."""
        station = self._known.stations.get(draft.station or "")
        found: dict[tuple[int, str | None], Seat] = {}
        for seat in packed(seats):
            place = place_of(station, seat.desk) if station else None
            found.setdefault((seat.begins, place), seat)
        return sorted(((seat, place) for (_, place), seat in found.items()), key=lambda each: each[0].begins)

    def _start(self, seat: Seat, place: str | None) -> Button:
        """Of a village session the desk goes along, so that nobody is sent to the station instead."""
        at = clock(seat.begins)
        part = self._says("part_morning" if seat.begins < _NOON else "part_afternoon")
        if place is None:
            label = self._says("button_book_time", clock=at, part=part)
            return Button(label, choice(acts.SEAT, seat.day, seat.begins))
        label = self._says("button_book_time_at", clock=at, part=part, place=place)
        return Button(label, choice(acts.SEAT, seat.day, seat.begins, seat.desk))

    def _wait(self, day: date) -> Button:
        return Button(self._says("button_book_wait_here"), choice(acts.WAIT, day))

    def consent(self, draft: Draft) -> Reply:
        """Whether name and phone may be kept."""
        agree = Button(self._says("button_book_agree"), choice(acts.AGREE))
        text = self._says("book_consent")
        if draft.until:
            text = self._says("book_until", clock=_clock(draft.until), text=text)
        return Reply(text, (agree, self._stop()))

    def contact(self, draft: Draft) -> Reply:
        """Name and phone; what was given already is not asked again."""
        key = (
            "book_contact" if not (draft.name or draft.phone) else "book_phone" if draft.name else "book_name"
        )
        return Reply(
            self._says(key, name=draft.name) if key == "book_phone" else self._says(key), (self._stop(),)
        )

    def phone_again(self) -> Reply:
        """Those digits cannot be called."""
        return Reply(self._says("book_phone_wrong"), (self._stop(),))

    def summary(self, draft: Draft, today: date) -> Reply:
        """Everything once more before it is booked."""
        yes = Button(self._says("button_book_yes"), choice(acts.YES))
        again = Button(self._says("button_book_again"), choice(acts.AGAIN))
        text = self._says(
            "book_summary",
            when=self._when(draft, today),
            what=self._what(draft),
            name=draft.name,
            phone=national(draft.phone),
            clock=_clock(draft.until),
        )
        return Reply(text, (yes, again, self._stop()))

    def _when(self, draft: Draft, today: date) -> str:
        begins = datetime.fromtimestamp(draft.at, LOCAL)
        return worded(self._known, begins.date(), today, begins.hour * 60 + begins.minute)

    def _what(self, draft: Draft) -> str:
        station = self._known.stations.get(draft.station or "")
        service = station.service(draft.service or "") if station else None
        if station is None or service is None:
            return ""
        return self._says("book_what", service=service.name, station=station.name)

    def _stop(self) -> Button:
        return Button(self._says("button_book_stop"), choice(acts.NO))


def _clock(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, LOCAL):%H:%M}"
