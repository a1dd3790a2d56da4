"""A small station for tests of booking: two desks, two services, an hour a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.message import Address
from bot.domain.seat import CELL, LOCAL, Seat

STATION = "mai_phu"
TODAY = date(2026, 11, 23)
DAYS = tuple(TODAY + timedelta(days=ahead) for ahead in range(3))
BEGINS, ENDS = 8 * 60, 9 * 60
SERVICES = {"can_cuoc": (15, ("quay_1",)), "dinh_danh": (10, ("quay_1", "quay_2"))}
DESKS = ("quay_1", "quay_2")
OPENS = datetime(2026, 11, 23, 7, 30, tzinfo=LOCAL).astimezone(UTC)  # half an hour before the first seat
AN, BINH, CHI = (Address("telegram", "bot", name) for name in ("an", "bình", "chi"))


class Small:
    """Its calendar; `shares` bound what the chat may take."""

    def __init__(self, **shares: int) -> None:
        self._shares = shares

    def seats(self, station: str, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:
        minutes, desks = SERVICES[service]
        long = minutes * people
        return tuple(
            Seat(station, day, desk, begins, long)
            for begins in range(BEGINS, ENDS - long + 1, CELL)
            for desk in desks
        )

    def share(self, station: str, service: str, day: date) -> int | None:  # noqa: ARG002
        return self._shares.get(service)
