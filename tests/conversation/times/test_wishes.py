"""When somebody wants to come: a table of how people write it, and what must hold of every text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.text import LIMIT, clean, fold
from bot.conversation.times import pieces, words
from bot.conversation.times.days import Doubt
from bot.conversation.times.wishes import Wish, when
from tests.conversation.times.shown import shown

HERE = Path(__file__).parent
TABLE: dict[str, list[Any]] = yaml.safe_load((HERE / "expressions.yaml").read_text("utf-8"))
TODAY, NOW = date(2026, 11, 25), time(9)  # a Wednesday
WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")


def said(text: str) -> Wish:
    wish = when(text, TODAY, NOW)
    assert wish is not None, text
    return wish


@pytest.mark.parametrize(("text", "meaning"), TABLE["usual"])
def test_people_are_understood(text: str, meaning: str) -> None:
    assert shown(when(text, TODAY, NOW)) == meaning


@pytest.mark.parametrize(("at", "text", "meaning"), TABLE["moments"])
def test_what_is_meant_depends_on_the_moment(at: str, text: str, meaning: str) -> None:
    moment = datetime.fromisoformat(at)
    assert shown(when(text, moment.date(), moment.time())) == meaning


@pytest.mark.parametrize("text", TABLE["nothing"])
def test_no_time_is_found_where_none_is_said(text: str) -> None:
    assert shown(when(text, TODAY, NOW)) == "-"


@pytest.mark.parametrize("text", TABLE["nothing"])
def test_what_is_no_time_does_not_change_the_time_beside_it(text: str) -> None:
    wish = said(f"{text}, em xin hẹn 8h30 sáng mai")
    assert shown(wish) == "26/11/2026 8:30-9:30 @8:30"


def test_no_expression_stands_twice() -> None:
    texts = [row[0] for row in TABLE["usual"]]
    assert len(texts) == len(set(texts)) >= 250


def test_our_own_questions_hold_no_time_by_mistake() -> None:
    """A question found here is looked at: it goes to `told` if it says a time, else the rules are mended."""
    seen = yaml.safe_load((HERE / "questions.yaml").read_text("utf-8"))
    found = {text for text in questions() if when(text, TODAY, NOW)}
    assert found - set(seen["told"]) - set(seen["mistaken"]) == set()
    assert set(seen["mistaken"]) & set(questions()) <= found, "mended: take it off the list"


def questions() -> list[str]:
    files = sorted((HERE.parents[1] / "questions").glob("*.yaml"))
    loaded = [yaml.safe_load(path.read_text("utf-8")) for path in files]
    rows = [
        row
        for file in loaded
        for part in (file.values() if isinstance(file, dict) else [file])
        for row in part
    ]
    return [row["text"] for row in rows]


class TestWords:
    def test_the_rest_is_the_service_the_person_and_the_place(self) -> None:
        text = "đặt lịch làm căn cước cho mẹ tôi sáng thứ 3 tuần sau ở Mai Phụ"
        assert said(text).rest(text) == "đặt lịch làm căn cước cho mẹ tôi ở Mai Phụ"

    def test_used_words_are_places_in_the_clean_text(self) -> None:
        text = "Cho em hẹn  vào lúc 8 rưỡi sáng mai nhé"
        assert [clean(text)[start:end] for start, end in said(text).used] == ["vào lúc 8 rưỡi sáng mai"]

    def test_numbers_that_are_no_times_are_left_to_others(self) -> None:
        text = "mai 2 người nhà em lên làm mức 2, sđt 0912 345 678"
        assert said(text).rest(text) == "2 người nhà em lên làm mức 2, sđt 0912 345 678"


class TestDoubts:
    def test_a_lunar_day_is_never_taken_for_a_solar_one(self) -> None:
        for text in (
            "25 âm",
            "rằm tháng chạp",
            "mồng 3 tết",
            "30 tết",
            "mùng 5 tháng giêng",
            "20/11 âm lịch",
        ):
            assert Doubt.LUNAR in said(text).doubts, text

    def test_a_day_under_ten_said_with_mung_is_asked_about_with_both_readings(self) -> None:
        wish = said("sáng mùng 5")
        assert [choice.first for choice in wish.choices] == [date(2026, 12, 5), date(2026, 12, 13)]
        assert wish.doubts == (Doubt.LUNAR_OR_SOLAR,)

    def test_the_weekday_beside_it_settles_which_calendar_is_meant(self) -> None:
        assert said("thứ 7 mùng 5").doubts == ()
        assert said("chủ nhật mùng 5").doubts == (Doubt.LUNAR,)

    def test_a_plain_day_is_not_doubted(self) -> None:
        for text in ("mai", "thứ 6", "5/12", "đầu tuần sau", "8h sáng mai"):
            assert said(text).doubts == (), text


DAYS = st.dates(TODAY + timedelta(1), TODAY + timedelta(180))
FAR_DAYS = st.dates(TODAY + timedelta(1), date(2028, 12, 31))
NUMERALS = "không một hai ba bốn năm sáu bảy tám chín mười".split()


def spelled(number: int) -> str:
    if number <= 10:
        return NUMERALS[number]
    tens, unit = divmod(number, 10)
    end = {0: "", 1: " mốt" if tens > 1 else " một", 5: " lăm"}.get(unit, f" {NUMERALS[unit]}")
    return ("mười" if tens == 1 else f"{NUMERALS[tens]} mươi") + end


@st.composite
def written(draw: st.DrawFn) -> tuple[date, str]:
    """A day, and one of the ways it is written."""
    if draw(st.booleans()):
        day = draw(FAR_DAYS)
        y, short = f"{day.year}", f"{day.year % 100:02}"
        ways = [
            f"{day.day}/{day.month}/{y}", f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{y}", f"{day:%d.%m.%Y}",
            f"{day.day}/{day.month}/{short}", f"ngày {day.day} tháng {day.month} năm {y}",
            f"ngày {day.day}/{day.month}/{y}", f"{day.day} tháng {day.month} năm {y}",
            f"{WEEKDAYS[day.weekday()]} ngày {day.day}/{day.month}/{y}",
            f"ngày {day.day} tháng {day.month}/{y}",
        ]  # fmt: skip
    else:
        day = draw(DAYS)
        ways = [
            f"ngày {day.day}/{day.month}", f"ngày {day:%d/%m}", f"ngày {day.day} tháng {day.month}",
            f"{day.day} tháng {day.month}", f"ngày {day.day}-{day.month}", f"ngày {day.day}.{day.month}",
            f"ngày {spelled(day.day)} tháng {spelled(day.month)}", f"hôm {day.day}/{day.month}",
            f"{WEEKDAYS[day.weekday()]} {day.day}/{day.month}", f"{WEEKDAYS[day.weekday()]}, {day:%d/%m}",
        ]  # fmt: skip
    return day, draw(st.sampled_from(ways))


FRAMES = ("{}", "em muốn lên {} nhé", "đặt lịch {} cho mẹ tôi 65 tuổi", "{} 2 người nhà tôi lên được không")


class TestProperties:
    @given(written(), st.sampled_from(FRAMES), st.booleans())
    @settings(max_examples=600, deadline=None)
    def test_every_date_reads_back_as_itself(self, told: tuple[date, str], frame: str, bare: bool) -> None:
        day, way = told
        text = frame.format(way)
        wish = said(fold(text) if bare else text)
        assert [(choice.first, choice.last) for choice in wish.choices] == [(day, day)], way
        assert wish.doubts == ()

    @given(st.integers(0, 23), st.integers(0, 11), st.booleans(), st.sampled_from(("", " mai", " thứ 6")))
    @settings(max_examples=200, deadline=None)
    def test_every_minute_of_the_clock_reads_back(self, hour: int, fives: int, bare: bool, day: str) -> None:
        minute = 5 * fives
        for way in (
            f"{hour}h{minute:02}",
            f"{hour}:{minute:02}",
            f"{hour} giờ {minute:02} phút",
            f"{hour}g{minute:02}",
        ):
            text = way + day
            hours = said(fold(text) if bare else text).choices[0].hours
            # Nobody comes at three in the night: a bare one to five is in the afternoon.
            expected = (hour + 12 * (1 <= hour <= 5)) * 60 + minute
            assert hours is not None, text
            assert hours.at == expected, text

    @given(st.dates(date(2026, 3, 1), date(2040, 6, 1)), st.integers(0, 6))
    @settings(max_examples=200, deadline=None)
    def test_a_weekday_is_the_next_such_day(self, today: date, weekday: int) -> None:
        for way in (WEEKDAYS[weekday], fold(WEEKDAYS[weekday]), "cn" if weekday == 6 else f"t{weekday + 2}"):
            wish = when(way, today, NOW)
            assert wish is not None
            first = wish.choices[0].first
            assert first is not None
            assert first.weekday() == weekday
            assert 0 <= (first - today).days < 7
            assert (wish.doubts == (Doubt.SAME_DAY,)) == (first == today)

    @given(st.text(max_size=LIMIT), st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.times())
    @settings(max_examples=300, deadline=None)
    def test_any_text_is_read_without_a_fault(self, text: str, today: date, now: time) -> None:
        check(text, today, now)

    @given(
        st.lists(
            st.sampled_from(
                "thứ thu 2 3 7 31 12 2026 / - . : , ( ) h 8 giờ kém rưỡi sáng sang chiều tối mai mốt kia nay "
                "qua tuần tháng năm ngày hôm bữa sau trước từ đến đầu cuối mùng rằm tết chạp âm lịch dương "
                "hoặc nữa nửa mười hai mươi lăm cn t càng sớm nhất nào cũng được đổi bận không trừ".split()
            ),
            max_size=60,
        ),
        st.dates(date(2020, 1, 1), date(2060, 1, 1)),
        st.times(),
        st.sampled_from((" ", "")),
    )
    @settings(max_examples=600, deadline=None)
    def test_any_heap_of_words_of_time_is_read_without_a_fault(
        self, heap: list[str], today: date, now: time, joint: str
    ) -> None:
        check(joint.join(heap), today, now)


def check(text: str, today: date, now: time) -> None:
    wish = when(text, today, now)
    if wish is None:
        return
    length = len(clean(text))
    assert all(0 <= start < end <= length for start, end in wish.used)
    assert list(wish.used) == sorted(wish.used)
    assert wish.used
    wish.rest(text)
    for choice in (*wish.choices, *wish.avoid):
        if choice.first and choice.last:
            assert choice.first <= choice.last
        if choice.hours:
            assert 0 <= choice.hours.begins < choice.hours.ends <= 24 * 60
        if choice.first and choice.first < today:
            assert Doubt.PAST in choice.doubts or choice in wish.avoid


class _Counting(words.Atoms):
    """Counts how often the rules look at an atom."""

    looks = 0

    def __getitem__(self, place: int) -> words.Atom:
        self.looks += 1
        return super().__getitem__(place)

    def has(self, place: int, *among: str) -> bool:
        self.looks += 1
        return super().has(place, *among)


@pytest.mark.parametrize(
    "heap",
    [
        "thứ",
        "thu",
        "1",
        "12",
        "5/",
        "8h",
        "từ",
        "đầu",
        "ngày",
        "mùng",
        "hai",
        "mười",
        "lúc",
        "mai",
        "sau",
        "-",
        "càng",
    ],
)
@pytest.mark.parametrize("joint", [" ", "", " 3 ", "-", "/"])
def test_the_work_grows_with_the_length_and_no_faster(heap: str, joint: str) -> None:
    text = clean((heap + joint) * LIMIT)
    atoms = words.read(text)
    counting = _Counting([atoms[place] for place in range(len(atoms))])
    list(pieces.pieces(counting, TODAY, NOW))
    assert counting.looks <= 200 * max(1, len(counting))
