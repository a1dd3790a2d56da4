"""What a station's bookings should be, in plain Python: slow, obvious, and written apart from the scripts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.appointment import Outcome, Rules, Source, Status
from bot.domain.seat import LOCAL, Seat, today
from bot.domain.wish import Closing, Desire
from tests.services.station import Small

LIVE = {Status.HELD, Status.BOOKED, Status.DISPLACED}
Cell = tuple[date, str, int]


@dataclass
class Visit:
    """A booking of the model."""

    status: Status
    service: str
    by: str
    people: int = 1
    seat: Seat | None = None
    phone: str | None = None
    online: bool = False
    priority: bool = False
    source: Source = Source.CHAT
    until: datetime | None = None
    waits: str | None = None  # the entry it is offered to
    closure: str | None = None
    arrived: datetime | None = None
    ended: datetime | None = None  # when the hold did
    ticket: int = 0
    version: int = 1


@dataclass
class Entry:
    """A waiting entry of the model."""

    desire: Desire
    by: str
    phone: str
    turn: int
    tries: int
    status: str = "waiting"
    offer: int | None = None


@dataclass
class Model:
    """A station."""

    calendar: Small
    rules: Rules
    now: datetime
    visits: dict[int, Visit] = field(default_factory=dict)
    waiters: dict[str, Entry] = field(default_factory=dict)
    cells: dict[Cell, int | str] = field(default_factory=dict)  # a number, or "w" and a mark
    freed: dict[date, int] = field(default_factory=dict)
    closings: dict[tuple[date, str], Closing] = field(default_factory=dict)
    misses: dict[str, dict[int, datetime]] = field(default_factory=dict)
    marks: int = 0
    turns: int = 0
    tickets: dict[date, int] = field(default_factory=dict)
    streaks: dict[date, tuple[int, int]] = field(default_factory=dict)

    # -- seats

    def waiting(self, day: date) -> list[tuple[str, Entry]]:
        found = [
            (id_, e) for id_, e in self.waiters.items() if e.status == "waiting" and day in e.desire.days
        ]
        return sorted(found, key=lambda pair: pair[1].turn)

    def shut(self, seat: Seat) -> bool:
        return any(
            closing.day == seat.day
            and seat.desk in closing.desks
            and seat.begins < closing.ends
            and seat.ends > closing.begins
            for closing in self.closings.values()
        )

    def free(self, seat: Seat, own: int | None = None, *, favoured: bool = False) -> bool:
        holders = [self.cells.get((seat.day, seat.desk, cell)) for cell in seat.cells]
        return (
            seat.at > self.now
            and not self.shut(seat)
            and all(h is None or h == own or (favoured and isinstance(h, str)) for h in holders)
        )

    def online(self, service: str, day: date) -> int:
        return sum(
            len(v.seat.cells)
            for number, v in self.visits.items()
            if v.online and v.service == service and v.seat and v.seat.day == day
            if self.cells.get((day, v.seat.desk, v.seat.cells[0])) == number
        )

    def choose(
        self, seats: list[Seat], visit: Visit, own: int | None = None, *, favoured: bool = False,
        bounded: bool = True,
    ) -> Seat | Outcome:  # fmt: skip
        why = Outcome.GONE
        for seat in seats:
            if self.free(seat, own, favoured=favoured):
                share = self.calendar.share("", visit.service, seat.day) if bounded else None
                taken = self.online(visit.service, seat.day)
                if (
                    own is not None
                    and visit.seat
                    and visit.seat.day == seat.day
                    and visit.status != "displaced"
                ):
                    taken -= len(visit.seat.cells)
                if not visit.online or share is None or taken + len(seat.cells) <= share:
                    return seat
                why = Outcome.FULL
        return why

    def occupy(self, number: int, seat: Seat) -> None:
        self.visits[number].seat = seat
        self.cells.update(dict.fromkeys(((seat.day, seat.desk, cell) for cell in seat.cells), number))

    def reserve(self, cells: list[Cell], day: date) -> None:
        self.marks += 1
        self.freed[day] = self.marks
        self.cells.update(dict.fromkeys(cells, f"w{self.marks}"))

    def vacate(self, number: int) -> None:
        seat = self.visits[number].seat
        own = [cell for cell, holder in self.cells.items() if holder == number]
        for cell in own:
            del self.cells[cell]
        if own and seat and seat.at + timedelta(minutes=seat.minutes) > self.now and self.waiting(seat.day):
            self.reserve(own, seat.day)

    # -- what the clock does

    def expire(self, number: int, *, excused: bool = False) -> None:
        visit = self.visits[number]
        if visit.waits:
            self.pass_on(visit.waits, excused=excused)
        self.vacate(number)
        visit.status, visit.version, visit.ended = Status.EXPIRED, visit.version + 1, self.now

    def pass_on(self, id_: str, *, excused: bool) -> None:
        entry = self.waiters[id_]
        if entry.status != "offered":
            return
        entry.status = "waiting"
        if not excused:
            self.turns += 1
            entry.tries, entry.turn = entry.tries - 1, self.turns
            if entry.tries <= 0:
                entry.status = "lapsed"

    def tidy(self) -> None:
        due = [
            (v.until, n) for n, v in self.visits.items() if v.status is Status.HELD and v.until <= self.now
        ]
        for _, number in sorted(due, key=lambda pair: (pair[0], str(pair[1]))):
            self.expire(number)

    # -- who may

    def refused(self, phone: str, own: int | None = None) -> Outcome | None:
        live = [
            n for n, v in self.visits.items()
            if n != own and v.phone == phone and v.status in LIVE
            and v.seat and v.seat.at + timedelta(minutes=v.seat.minutes) > self.now
        ]  # fmt: skip
        if len(live) >= self.rules.live:
            return Outcome.LIMIT
        times = [at for at in self.misses.get(phone, {}).values() if at >= self.now - self.rules.remembered]
        if len(times) >= self.rules.misses and self.now < max(times) + self.rules.cooling:
            return Outcome.COOLING
        return None

    # -- acts; each says what should come of it, and does it

    def hold(self, number: int, seats: list[Seat], service: str, by: str, *, priority: bool) -> Outcome:
        self.tidy()
        visit = Visit(Status.HELD, service, by, online=not priority, priority=priority)
        seat = self.choose(seats, visit)
        if isinstance(seat, Outcome):
            return seat
        visit.until = self.now + self.rules.hold
        self.visits[number] = visit
        self.occupy(number, seat)
        return Outcome.DONE

    def confirm(self, number: int, by: str, phone: str) -> Outcome:
        visit = self.visits[number]
        if visit.by != by:
            return Outcome.NOT_FOUND
        over = visit.status is Status.HELD and visit.until <= self.now  # whoever tidies next writes it down
        if over or visit.status is Status.EXPIRED:
            return Outcome.EXPIRED
        if visit.status is not Status.HELD or visit.waits:
            return Outcome.NOT_ALLOWED
        if why := self.refused(phone, number):
            return why
        visit.status, visit.phone, visit.version = Status.BOOKED, phone, visit.version + 1
        return Outcome.DONE

    def add(self, number: int, seats: list[Seat], service: str, phone: str) -> Outcome:
        self.tidy()
        if why := self.refused(phone):
            return why
        visit = Visit(Status.BOOKED, service, "", phone=phone, source=Source.OFFICER)
        seat = self.choose(seats, visit, favoured=True)
        if isinstance(seat, Outcome):
            return seat
        self.visits[number] = visit
        self.occupy(number, seat)
        return Outcome.DONE

    def begun(self, visit: Visit) -> bool:
        return visit.status is Status.BOOKED and visit.seat is not None and visit.seat.at <= self.now

    def move(self, number: int, by: str, seats: list[Seat]) -> Outcome:
        self.tidy()
        visit = self.visits[number]
        if visit.by != by:
            return Outcome.NOT_FOUND
        if visit.status not in {Status.BOOKED, Status.DISPLACED} or self.begun(visit):
            return Outcome.NOT_ALLOWED
        seat = self.choose(seats, visit, number)
        if isinstance(seat, Outcome):
            return seat
        self.vacate(number)
        self.occupy(number, seat)
        visit.status, visit.closure, visit.version = Status.BOOKED, None, visit.version + 1
        return Outcome.DONE

    def cancel(self, number: int, by: str) -> Outcome:
        self.tidy()
        visit = self.visits[number]
        if visit.by != by:
            return Outcome.NOT_FOUND
        if visit.status is Status.HELD:
            self.expire(number)
            return Outcome.DONE
        if visit.status not in {Status.BOOKED, Status.DISPLACED} or self.begun(visit):
            return Outcome.NOT_ALLOWED
        self.vacate(number)
        visit.status, visit.version = Status.CANCELLED, visit.version + 1
        return Outcome.DONE

    def mark(self, number: int, to: Status) -> Outcome:
        visit, legal = self.visits[number], {
            Status.BOOKED: {Status.ARRIVED, Status.MISSED}, Status.ARRIVED: {Status.CALLED, Status.BOOKED},
            Status.CALLED: {Status.SERVED, Status.MISSED, Status.ARRIVED}, Status.MISSED: {Status.ARRIVED},
        }  # fmt: skip
        if to not in legal.get(visit.status, set()):
            return Outcome.NOT_ALLOWED
        day = visit.seat.day if visit.seat else today(visit.arrived)
        if to is Status.ARRIVED and visit.status is not Status.CALLED and day != today(self.now):
            return Outcome.NOT_ALLOWED
        if to is Status.MISSED and visit.status is Status.BOOKED and visit.seat.at > self.now:
            return Outcome.NOT_ALLOWED
        if to is Status.BOOKED and visit.source is Source.WALK_IN:
            return Outcome.NOT_ALLOWED
        if to is Status.ARRIVED:
            if visit.status is Status.BOOKED or visit.arrived is None:
                visit.arrived = self.now
            visit.ticket = visit.ticket or self.ticket()
        if to is Status.MISSED and visit.phone:
            self.misses.setdefault(visit.phone, {})[number] = self.now
        if visit.status is Status.MISSED and visit.phone:
            self.misses[visit.phone].pop(number, None)
        visit.status, visit.version = to, visit.version + 1
        return Outcome.DONE

    def ticket(self) -> int:
        self.tickets[today(self.now)] = self.tickets.get(today(self.now), 0) + 1
        return self.tickets[today(self.now)]

    def walk_in(self, number: int, service: str, *, priority: bool) -> None:
        self.visits[number] = Visit(
            Status.ARRIVED, service, "", source=Source.WALK_IN, priority=priority, arrived=self.now,
            ticket=self.ticket(),
        )  # fmt: skip

    def call(self, services: set[str]) -> int | None:
        """The next visitor; by the rule in words: due, then walk-ins after a streak, then the early."""
        day = today(self.now)
        here = [
            (n, v) for n, v in self.visits.items()
            if v.status is Status.ARRIVED and v.service in services and v.arrived and today(v.arrived) == day
        ]  # fmt: skip

        def turn(pair: tuple[int, Visit]) -> tuple[datetime, bool, int]:
            visit = pair[1]
            at = max(visit.arrived, visit.seat.at) if visit.seat else visit.arrived
            return at, not visit.priority, visit.ticket

        timed = sorted((pair for pair in here if pair[1].seat), key=turn)
        due = [pair for pair in timed if turn(pair)[0] <= self.now]
        walked = sorted((pair for pair in here if not pair[1].seat), key=turn)
        first = [pair for pair in walked if pair[1].priority]
        others = [pair for pair in walked if not pair[1].priority]
        row, favours = self.streaks.get(day, (0, 0))
        if due and (not walked or row < self.rules.streak):
            chosen, self.streaks[day] = due[0], (row + 1, favours)
        elif first and (not others or favours < self.rules.streak):
            chosen, self.streaks[day] = first[0], (0, favours + 1)
        elif others:
            chosen, self.streaks[day] = others[0], (0, 0)
        elif timed:
            chosen = timed[0]
        else:
            return None
        chosen[1].status, chosen[1].version = Status.CALLED, chosen[1].version + 1
        return chosen[0]

    # -- waiting

    def wait(self, id_: str, desire: Desire, by: str, phone: str) -> Outcome:
        self.tidy()
        if desire.instead is not None:
            old = self.visits[desire.instead]
            if old.by != by or old.status is not Status.BOOKED:
                return Outcome.NOT_FOUND
        if why := self.refused(phone, desire.instead):
            return why
        mine = [e for e in self.waiters.values() if e.phone == phone and e.status in {"waiting", "offered"}]
        if len([e for e in mine if max(e.desire.days) >= today(self.now)]) >= self.rules.waits:
            return Outcome.LIMIT
        self.turns += 1
        self.waiters[id_] = Entry(desire, by, phone, self.turns, self.rules.offers)
        for day in sorted(desire.days):
            self.marks += 1
            self.freed[day] = self.marks
        return Outcome.DONE

    def claim(self, id_: str, by: str) -> Outcome:
        self.tidy()
        entry = self.waiters[id_]
        if entry.by != by:
            return Outcome.NOT_FOUND
        if entry.status != "offered":
            over = entry.offer is not None and entry.status not in {"claimed", "left"}
            return Outcome.EXPIRED if over else Outcome.NOT_ALLOWED
        old = self.visits[entry.desire.instead] if entry.desire.instead is not None else None
        why = self.refused(entry.phone, entry.offer)
        if why and not (old and old.status is Status.BOOKED):
            return why
        entry.status = "claimed"
        visit = self.visits[entry.offer]
        visit.status, visit.phone, visit.version = Status.BOOKED, entry.phone, visit.version + 1
        if old and old.status is Status.BOOKED and old.seat.at > self.now:
            self.vacate(entry.desire.instead)
            old.status, old.version = Status.CANCELLED, old.version + 1
        return Outcome.DONE

    def leave(self, id_: str, *, stay: bool) -> Outcome:
        self.tidy()
        entry = self.waiters[id_]
        if entry.status != "offered" and (stay or entry.status != "waiting"):
            return Outcome.NOT_ALLOWED
        offered = entry.status == "offered"
        if not stay:
            entry.status = "left"
        if offered:
            self.expire(entry.offer)
        return Outcome.DONE

    def close(self, closing: Closing) -> Outcome:
        self.tidy()
        if (closing.day, closing.name) in self.closings:
            return Outcome.NOT_ALLOWED
        self.closings[closing.day, closing.name] = closing
        hit = [
            holder
            for desk in closing.desks
            for cell in range(closing.begins // 5, closing.ends // 5)
            if isinstance(holder := self.cells.get((closing.day, desk, cell)), int)
        ]
        for number in dict.fromkeys(hit):
            visit = self.visits[number]
            if visit.status is Status.HELD:
                self.expire(number, excused=True)
            elif (
                visit.status is Status.BOOKED
                and visit.seat.at + timedelta(minutes=visit.seat.minutes) > self.now
            ):
                self.vacate(number)
                visit.status, visit.closure, visit.version = Status.DISPLACED, closing.name, visit.version + 1
        return Outcome.DONE

    def open(self, name: str, day: date) -> Outcome:
        self.tidy()
        closing = self.closings.pop((day, name), None)
        if closing is None:
            return Outcome.NOT_FOUND
        owed = [
            (visit.seat.at, str(number), number) for number, visit in self.visits.items()
            if visit.status is Status.DISPLACED and visit.closure == name and visit.seat.day == day
        ]  # fmt: skip
        for _, _, number in sorted(owed):
            visit = self.visits[number]
            if self.free(visit.seat, favoured=True):
                self.occupy(number, visit.seat)
                visit.status, visit.closure, visit.version = Status.BOOKED, None, visit.version + 1
        if self.waiting(day):
            span = range(closing.begins // 5, closing.ends // 5)
            empty = [(day, desk, cell) for desk in closing.desks for cell in span]
            self.reserve([cell for cell in empty if cell not in self.cells], day)
        return Outcome.DONE

    def swept(self) -> None:
        """Waiting entries end with their last day; ended holds are forgotten after one."""
        self.tidy()
        for number, visit in list(self.visits.items()):
            if visit.ended and visit.ended <= self.now - timedelta(days=1):
                del self.visits[number]
        for id_, entry in list(self.waiters.items()):
            if today(self.now) > max(entry.desire.days):
                del self.waiters[id_]

    def would_offer(self, entry: Entry, day: date) -> list[Seat]:
        seats = self.calendar.seats(entry.desire.station, entry.desire.service, day, entry.desire.people)
        return [
            seat for seat in seats
            if self.free(seat, favoured=True) and seat.at > self.now + 2 * self.rules.offer
            and entry.desire.begins <= seat.begins < entry.desire.ends
        ]  # fmt: skip

    def quiet(self) -> bool:
        begins, ends = self.rules.quiet
        return not ends <= self.now.astimezone(LOCAL).hour < begins


def moved(model: Model, **span: float) -> None:
    """Let time pass."""
    model.now += timedelta(**span)
