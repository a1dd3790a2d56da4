"""A booking in the making, as a talk remembers it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errand import Errand

MORNING, AFTERNOON = (0, 12 * 60), (12 * 60, 24 * 60)  # minutes of a day
MOVE, CANCEL = "move", "cancel"  # what may become of an appointment


@dataclass(frozen=True, slots=True)
class When:
    """When somebody would like to come, as they wrote it.

    `days` (ISO) would do, from `begins` to `ends` (minutes of a day), or each in its own of `hours` where
    they differ. With a `doubt` (one of `times.days.Doubt`) the days are what may have been meant.
    """

    days: tuple[str, ...] = ()
    begins: int = 0
    ends: int = 24 * 60
    hours: tuple[tuple[int, int], ...] = ()
    doubt: str | None = None

    @property
    def hours_only(self) -> bool:
        """Whether a part of some day was named, and no day."""
        return not self.days and not self.doubt and (self.begins, self.ends) != (0, 24 * 60)

    def __bool__(self) -> bool:
        return self != ANY_TIME


ANY_TIME = When()


@dataclass(frozen=True, slots=True)
class Draft:
    """A booking in the making. `id` names everything asked of the store for it.

    `errand` is what one comes for, as far as it is known; once that is `checked`, nothing more is asked about
    it, and what it takes is `told` once. `asks` is what was asked last, where the answer is typed: "contact",
    "phone", "place" or "code". `days` (ISO) and `begins` to `ends` are when somebody would like to come, as
    they wrote it, with `hours` and `doubt` as in `When`. `seeks` is what is to become of an appointment
    (`MOVE`, `CANCEL`), of one on the days `of` (ISO) if any are named, and `later` by how many days and
    minutes it is to be put off, below 0 if it is to be earlier. `held` is the code of the seat that is kept
    until `until` and begins `at` (seconds since 1970), `moves` that of the appointment that gets another
    time. `wait` is the day (ISO) whose waiting list one joins. `name`, `phone` and `place` (where officers
    come to) are the only words of a citizen in a session: they go with the draft, when the booking is made or
    let go.
    """

    id: str
    station: str | None = None
    service: str | None = None
    errand: Errand | None = None
    checked: bool = False
    told: bool = False
    people: int | None = None
    priority: bool | None = None
    days: tuple[str, ...] = ()
    begins: int = 0
    ends: int = 24 * 60
    hours: tuple[tuple[int, int], ...] = ()
    doubt: str | None = None
    seeks: str | None = None
    of: tuple[str, ...] = ()
    later: tuple[int, int] = (0, 0)
    held: str | None = None
    until: int = 0
    at: int = 0
    moves: str | None = None
    wait: str | None = None
    asks: str | None = None
    agreed: bool = False
    name: str = ""
    phone: str = ""
    place: str = ""
    made: int = 0  # requests so far, so that each has an id of its own

    @property
    def chooses(self) -> bool:
        """Whether it is asked still which of several appointments is meant."""
        return bool(self.seeks and not self.moves and not self.held)
