"""The Vietnamese lunar calendar: which day of the sun a day of the moon falls on.

A table and no library: the packages that know the Vietnamese calendar (UTC+7; the Chinese one differs by a
day now and then) are small and young, and fifteen years are fifteen lines. The rows were computed in two
independent ways that agreed (Hồ Ngọc Đức's algorithm, and new moons by an ephemeris); the first day of each
year is Tết as the `holidays` package has it.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate

# Year: the first day of Tết, the months in order (+ has 30 days, - has 29), the month said twice (0: none).
_YEARS = {
    2026: (date(2026, 2, 17), "+-+--+--+++-", 0),
    2027: (date(2027, 2, 6), "++-+--+--++-", 0),
    2028: (date(2028, 1, 26), "+++-+--+--++-", 5),
    2029: (date(2029, 2, 13), "++-+-+-+--+-", 0),
    2030: (date(2030, 2, 2), "++-++-+-+-+-", 0),
    2031: (date(2031, 1, 23), "-+-++-++-+-+-", 3),
    2032: (date(2032, 2, 11), "-+-+-++-++-+", 0),
    2033: (date(2033, 1, 31), "-+--+-+-+++-+", 11),
    2034: (date(2034, 2, 19), "-+--+--+++-+", 0),
    2035: (date(2035, 2, 8), "+-+--+--++-+", 0),
    2036: (date(2036, 1, 28), "++-+--+--+-++", 6),
    2037: (date(2037, 2, 15), "+-++--+--+-+", 0),
    2038: (date(2038, 2, 4), "+-++-+-+--+-", 0),
    2039: (date(2039, 1, 24), "++-++-+-+--+-", 5),
    2040: (date(2040, 2, 12), "+-++-+-++-+-", 0),
}
LAST = 12  # tháng Chạp
FIRST = 1  # tháng Giêng


def _months() -> tuple[tuple[int, date, int], ...]:
    """(number, first day, days) of each month known, in order; a month said twice stands there twice."""
    found: list[tuple[int, date, int]] = []
    for tet, lengths, twice in _YEARS.values():
        days = [30 if length == "+" else 29 for length in lengths]
        starts = accumulate(days[:-1], initial=0)
        for place, (start, length) in enumerate(zip(starts, days, strict=True), 1):
            number = place if not twice or place <= twice else place - 1
            found.append((number, tet + timedelta(start), length))
    return tuple(found)


_MONTHS = _months()


def coming(day: int, month: int | None, today: date) -> date | None:
    """The next day of the sun, today included, that is this day of the moon; None beyond the table.

    Without a month, of whichever month comes first. A month said twice counts the first time.
    """
    for number, first, days in _months_from(today):
        if month in (None, number) and day <= days and first + timedelta(day - 1) >= today:
            return first + timedelta(day - 1)
    return None


def following(day: int, today: date) -> date | None:
    """That day of the month of the moon after the one it is today."""
    months = _months_from(today)
    return months[1][1] + timedelta(day - 1) if months and day <= months[1][2] else None


def eve(day: int, today: date) -> date | None:
    """The next "28 Tết", a day of the last month; "30 Tết" is its last day, also if that is the 29th."""
    for number, first, days in _months_from(today):
        found = first + timedelta(min(day, days) - 1)
        if number == LAST and found >= today:
            return found
    return None


def moon(day: date) -> tuple[int, int] | None:
    """The day and month of the moon that a day of the sun is; None outside the table."""
    for number, first, days in _MONTHS:
        if first <= day < first + timedelta(days):
            return (day - first).days + 1, number
    return None


def month(number: int, today: date) -> tuple[date, date] | None:
    """First and last day of the next such month of the moon that has not ended; None beyond the table."""
    for other, first, days in _months_from(today):
        if other == number:
            return first, first + timedelta(days - 1)
    return None


def _months_from(today: date) -> list[tuple[int, date, int]]:
    """The months that have not ended: nothing before the table begins, for there is none to tell apart."""
    if today < _MONTHS[0][1]:
        return []
    return [each for each in _MONTHS if each[1] + timedelta(each[2]) > today][:26]
