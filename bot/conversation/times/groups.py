"""Which words of time tell one time together, and which times will not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.conversation.times.clocks import Clock
from bot.conversation.times.days import Days
from bot.conversation.times.parts import Part, Window
from bot.conversation.times.pieces import Piece
from bot.conversation.times.words import Atoms


@dataclass(slots=True)
class Group:
    """Pieces that tell one time."""

    start: int
    end: int
    days: list[Days] = field(default_factory=list)
    clock: Clock | None = None
    part: Part | None = None
    joined: bool = False  # by "hoặc" or a comma to the one before
    unwanted: bool = False
    refused: bool = False  # by the words before it
    told: bool = False  # its hours went to another group

    def takes(self, piece: Piece) -> bool:
        """Whether a piece can belong to the same time."""
        said = piece.said
        if isinstance(said, Clock):
            return self.clock is None and not (said.part and self.part and said.part != self.part.name)
        if isinstance(said, Part):
            return self.part is None and (self.clock is None or self.clock.part is None)
        return isinstance(said, Days) and all(_go_together(each, said) for each in self.days)

    def take(self, piece: Piece) -> None:
        """Make it part of this time."""
        self.end = piece.end
        if isinstance(piece.said, Clock):
            self.clock = piece.said
        elif isinstance(piece.said, Part):
            self.part = piece.said
        elif isinstance(piece.said, Days):
            self.days.append(piece.said)

    @property
    def is_dark(self) -> bool:
        """Whether nothing but "tối" or "đêm" was said: that is seldom a time to come."""
        return (
            not self.days
            and self.clock is None
            and self.part is not None
            and self.part.name in ("tối", "đêm")
        )

    @property
    def hours(self) -> Window | None:
        """The hours, if any were said."""
        if self.clock:
            return self.clock.window(self.part.name if self.part else None)
        return self.part.window if self.part else None


_FILLERS = frozenset(
    "vao vo luc hom ngay buoi thi la khoang tam cua nhe nha a ak gio do nay dung ,()".split()
) | {
    ",",
    "(",
    ")",
}
_LEADS = frozenset("vao vo luc hom buoi khoang tam".split())
_OR = frozenset("hoac hay va voi".split())


def grouped(atoms: Atoms, found: Sequence[Piece]) -> list[Group]:
    """The times a message tells, in order: days and hours put together, the unwanted ones marked."""
    groups = [group for group in _neighbours(atoms, found) if not group.is_dark]
    _mark_unwanted(atoms, groups)
    _share(groups)
    return groups


def _neighbours(atoms: Atoms, found: Sequence[Piece]) -> list[Group]:
    groups: list[Group] = []
    for piece in found:
        last = groups[-1] if groups else None
        between = (
            [atoms[at].folded for at in range(last.end, piece.start)]
            if last and piece.start - last.end < 5
            else None
        )
        if last and between is not None and _FILLERS.issuperset(between) and last.takes(piece):
            last.take(piece)
            continue
        joined = between is not None and (_OR | _FILLERS).issuperset(between) and bool(between)
        group = Group(piece.start, piece.end, joined=joined)
        group.take(piece)
        groups.append(group)
    return groups


def _go_together(first: Days, second: Days) -> bool:
    """Whether two words for days tell one day: `thứ 3` and `tuần sau`, `thứ 3` and `24/11`."""
    if first.until is not None or second.until is not None:
        return first.whole or second.whole
    named = (first.weekday is not None) + (second.weekday is not None)
    if named == 0:  # "mai, 23/11"
        return first.spans == second.spans and first.bound is None and second.bound is None
    return named == 1 and not (first.bound and second.bound)


_TARGETS = frozenset("sang qua thanh den toi vao lai len xuong".split())
_MOVING = frozenset("doi chuyen lui hoan thay dich".split())
_NOT = frozenset("khong ko k kh hong hok no chua".split())
_COMING = frozenset("di len dc duoc ra ranh qua den toi ve".split())
_STAYS = frozenset("cu tam thuong luu noi ngoai".split())  # "tạm trú", without marks


def _mark_unwanted(atoms: Atoms, groups: Sequence[Group]) -> None:
    """Which times will not do: the old one of a move, those when somebody is busy, those excepted."""
    target = next((at for at, group in enumerate(groups) if _is_target(atoms, group)), None)
    for at, group in enumerate(groups):
        following = groups[at + 1].start if at + 1 < len(groups) else len(atoms)
        group.refused = _is_refused(atoms, opening(atoms, group.start)) or (
            at > 0 and groups[at - 1].refused and group.start - groups[at - 1].end < 2
        )
        group.unwanted = (
            (target is not None and at < target)
            or _is_busy(atoms, group.end, min(following, group.end + 7))
            or group.refused
            or _is_excepted(atoms, opening(atoms, group.start) - 1)
        )
        if group.unwanted:  # "từ thứ 3 sang thứ 5" is no stretch
            group.days = [replace(days, bound=None) for days in group.days]
            group.clock = replace(group.clock, bound=None) if group.clock else None


def _is_target(atoms: Atoms, group: Group) -> bool:
    """Whether an appointment is moved to this time: "đổi … sang thứ 6"."""
    before = opening(atoms, group.start) - 1
    return atoms[before].folded in _TARGETS and any(
        atoms[at].folded in _MOVING for at in range(max(0, before - 14), before)
    )


def _is_busy(atoms: Atoms, start: int, end: int) -> bool:
    for at in range(start, end):
        word = atoms[at]
        if word.folded in (".", ",", "?", "!", ";"):
            return False
        if not word.senses.isdisjoint(("bận", "kẹt")) and (not word.bare or not atoms.marked):
            return True
        if (
            word.folded in _NOT
            and any(atoms[at + ahead].folded in _COMING for ahead in (1, 2))
            and at < end - 1
        ):
            return atoms[at - 1].folded not in ("duoc", "dc", "co")
    return False


def _is_refused(atoms: Atoms, place: int) -> bool:
    """Whether the words right before a time refuse it: "em bận thứ 2", "k đến được chiều nay"."""
    before = atoms[place - 1]
    if not before.senses.isdisjoint(("bận", "kẹt")) and (not before.bare or not atoms.marked):
        return True
    at = place - 1
    while at > place - 4 and atoms[at].folded in _COMING:
        at -= 1
    return at < place - 1 and atoms[at].folded in _NOT


def _is_excepted(atoms: Atoms, place: int) -> bool:
    return atoms.has(place, "trừ") and not (atoms[place].bare and atoms[place - 1].folded in _STAYS)


def _share(groups: Sequence[Group]) -> None:
    """Days and hours told apart: "mai em lên lúc 9h", "sáng hoặc chiều thứ 5", "thứ 3 hoặc 5 buổi sáng"."""
    dated = [group for group in groups if group.days]
    for at, group in enumerate(groups):
        if group.days or not dated:
            continue
        free = [other for other in dated if other.hours is None and other.unwanted == group.unwanted]
        if free and not group.joined and not (at + 1 < len(groups) and groups[at + 1].joined):
            near = min(free, key=lambda other: abs(other.start - group.start))
            near.clock, near.part, group.told = group.clock, group.part, True
        else:
            near = min(dated, key=lambda other: abs(other.start - group.start))
            group.days = list(near.days)
    for before, group in zip(reversed(groups[:-1]), reversed(groups[1:]), strict=True):
        if group.joined and before.days and group.days and before.hours is None:
            before.clock, before.part = group.clock, group.part
        week = next((days for days in group.days if days.whole), None)
        if group.joined and week and len(before.days) == 1 and _earlier(before.days[0], group.days):
            before.days.append(week)  # "thứ 3 hay thứ 4 tuần sau": both are of it


def _earlier(day: Days, others: Sequence[Days]) -> bool:
    """Whether a day of the week comes before another."""
    other = next((each.weekday for each in others if each.weekday is not None), None)
    return day.weekday is not None and other is not None and day.weekday < other


def opening(atoms: Atoms, place: int) -> int:
    """Where the words that only lead to a time begin: `vào lúc`, `hôm`."""
    while place and atoms[place - 1].folded in _LEADS:
        place -= 1
    return place
