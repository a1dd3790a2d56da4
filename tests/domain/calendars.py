"""Stations and days for tests: one that is always the same, and whatever hypothesis thinks of."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from bot.content.holidays import FIRST, LAST, national
from bot.domain.holiday import ORDINARY
from bot.domain.station import Closure, Hours, Service, Shift, Span, Special, Station, Village

SERVICES = ("a", "b", "c")
DESKS = ("q1", "q2", "q3")
LUNCH = (11 * 60 + 30, 13 * 60 + 30)
EVERY_DAY = (Hours(tuple(range(7)), ((450, LUNCH[0]), (LUNCH[1], 1020))),)

# A fortnight around a year's end, a leap day, Tết, a swapped Saturday and National Day.
DAYS = tuple(
    date.fromisoformat(first) + timedelta(days=ahead)
    for first in ("2026-12-27", "2028-02-26", "2027-02-02", "2026-08-20", "2026-08-30")
    for ahead in range(9)
)
days = st.sampled_from(DAYS)
any_day = st.dates(date(FIRST, 1, 1), date(LAST, 12, 31))
some_desks = st.lists(st.sampled_from(DESKS), max_size=2, unique=True).map(tuple)
some_services = st.lists(st.sampled_from(SERVICES), max_size=2, unique=True).map(tuple)
calendars = st.sampled_from([ORDINARY, national()])


@st.composite
def spans(draw: st.DrawFn) -> Span:
    begins = draw(st.integers(0, 287))
    return begins * 5, draw(st.integers(begins + 1, 288)) * 5


some_spans = st.lists(spans(), min_size=1, max_size=2).map(tuple)
services = st.tuples(
    *(
        st.builds(
            Service,
            id=st.just(id_),
            name=st.just(id_),
            minutes=st.sampled_from([5, 10, 15, 20, 45]),
            desks=st.lists(st.sampled_from(DESKS), min_size=1, unique=True).map(tuple),
            online_share=st.sampled_from([0.0, 0.3, 0.5, 1.0]),
        )
        for id_ in SERVICES
    )
)
weekdays = st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(tuple)
hours = st.builds(Hours, weekdays, some_spans, some_desks, some_services)
specials = st.builds(Special, days, some_spans, some_desks, some_services)


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    first = draw(days)
    last = first + timedelta(days=draw(st.integers(0, 3)))
    return Closure(first, last, "bão", draw(st.just(()) | some_spans), draw(some_desks))


@st.composite
def shifts(draw: st.DrawFn, id_: str = "tc") -> Shift:
    begins = datetime.combine(draw(days), datetime.min.time()) + timedelta(
        minutes=5 * draw(st.integers(0, 287))
    )
    ends = begins + timedelta(minutes=5 * draw(st.integers(1, 900)))
    served = draw(st.lists(st.sampled_from(DESKS), min_size=1, unique=True).map(tuple))
    return Shift(id_, begins, ends, draw(st.integers(1, 2)), served, draw(st.just(()) | some_spans))


@st.composite
def villages(draw: st.DrawFn) -> Village:
    served = draw(st.lists(st.sampled_from(SERVICES), min_size=1, unique=True).map(tuple))
    return Village("ld", "thôn Đông", draw(days), draw(some_spans), served, draw(st.integers(1, 2)))


stations = st.builds(
    Station,
    id=st.just("thu"),
    name=st.just("Công an xã Thử"),
    commune=st.just("xã Thử"),
    province=st.just("Hà Tĩnh"),
    hours=st.lists(hours, max_size=3).map(tuple),
    closures=st.lists(closures(), max_size=2).map(tuple),
    specials=st.lists(specials, max_size=2).map(tuple),
    services=services,
    shifts=st.lists(shifts(), max_size=1).map(tuple),
    villages=st.lists(villages(), max_size=1).map(tuple),
)
