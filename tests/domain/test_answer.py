from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answer import Answer, Body, Case, Freshness, Option, Spell, Variant

DAY = date(2026, 11, 21)


def answer(**changes: object) -> Answer:
    given_: dict[str, object] = {
        "intent": "can_cuoc.cap_lai",
        "title": "Làm lại thẻ",
        "label": "Mất thẻ",
        "variants": (Variant(Body(short="Làm lại được.")),),
        "sources": (),
        "reviewed": DAY,
        "review_by": date(2026, 12, 31),
    }
    return Answer(**{**given_, **changes})  # type: ignore[arg-type]


class TestSpell:
    def test_both_ends_are_inclusive(self) -> None:
        spell = Spell("35.000 đ", since=date(2026, 7, 1), until=date(2026, 12, 31))
        days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1))
        assert [spell.holds(day) for day in days] == [False, True, True, False]

    @given(st.dates(), st.dates(), st.dates())
    def test_holds_exactly_between_its_ends(self, since: date, until: date, day: date) -> None:
        assert Spell("x", since, until).holds(day) == (since <= day <= until)


class TestFreshness:
    def test_is_fresh_up_to_its_review_day(self) -> None:
        assert answer().freshness(date(2026, 12, 31)) is Freshness.FRESH

    def test_is_due_for_sixty_days_then_muted(self) -> None:
        last = date(2026, 12, 31) + timedelta(days=60)
        assert answer().freshness(date(2027, 1, 1)) is Freshness.DUE
        assert answer().freshness(last) is Freshness.DUE
        assert answer().freshness(last + timedelta(days=1)) is Freshness.MUTED

    def test_a_lasting_answer_is_never_muted(self) -> None:
        assert answer(lasting=True).freshness(date(2040, 1, 1)) is Freshness.DUE

    def test_an_ended_answer_is_muted_at_once(self) -> None:
        ended = answer(variants=(Variant(Body(short="x"), valid_until=DAY),))
        assert ended.freshness(DAY) is Freshness.FRESH
        assert ended.freshness(DAY + timedelta(days=1)) is Freshness.MUTED


class TestBody:
    def test_the_first_variant_in_force_speaks(self) -> None:
        old = Variant(Body(short="cũ"), valid_until=date(2026, 12, 31))
        new = Variant(Body(short="mới"), valid_from=date(2027, 1, 1))
        both = answer(variants=(old, new))
        assert both.body(date(2026, 12, 31)).short == "cũ"
        assert both.body(date(2027, 1, 1)).short == "mới"

    def test_an_option_overrides_only_what_it_sets(self) -> None:
        lost, broken = Option("Mất", Body(fee=(Spell("35.000 đ"),))), Option("Hỏng", Body(bring=("Thẻ cũ",)))
        base = Body(short="Làm lại được.", where="Công an xã", cases=(Case("Mất hay hỏng?", (lost, broken)),))
        one = answer(variants=(Variant(base),))
        assert one.body(DAY).cases
        chosen = one.body(DAY, (1,))
        assert (chosen.short, chosen.where, chosen.bring, chosen.cases) == (
            "Làm lại được.", "Công an xã", ("Thẻ cũ",), (),
        )  # fmt: skip

    def test_questions_of_an_option_come_before_those_that_follow(self) -> None:
        inner = Case("Trong?", (Option("a", Body(short="a")), Option("b", Body(short="b"))))
        outer = Case("Ngoài?", (Option("1", Body(cases=(inner,))), Option("2", Body())))
        last = Case("Sau?", (Option("x", Body()), Option("y", Body())))
        one = answer(variants=(Variant(Body(short="", cases=(outer, last))),))
        open_ = [case.ask for case in one.body(DAY, (0,)).cases or ()]
        assert open_ == ["Trong?", "Sau?"]
        assert one.body(DAY, (0, 1)).short == "b"

    @given(st.lists(st.integers(0, 9), max_size=6))
    def test_any_old_path_is_followed_as_far_as_it_goes(self, path: list[int]) -> None:
        case = Case("?", (Option("1", Body(short="1")), Option("2", Body(short="2"))))
        body = answer(variants=(Variant(Body(short="0", cases=(case,))),)).body(DAY, tuple(path))
        assert body.short in {"0", "1", "2"}
