from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.content.ageing import ageing, changing
from bot.content.edition import Edition
from bot.domain.answer import Answer, Body, Case, Option, Spell, Variant
from bot.domain.knowledge import Knowledge

BY = date(2027, 5, 21)


def answer(*variants: Variant, review_by: date | None = BY, lasting: bool = False) -> Answer:
    return Answer(
        "can_cuoc.thu", "Thử", "Thử", variants or (Variant(Body(short="x")),), (), date(2026, 11, 22),
        review_by, lasting,
    )  # fmt: skip


def knowing(edition: Edition, one: Answer) -> Knowledge:
    return replace(edition.known, answers={one.intent: one})


def notes(edition: Edition, one: Answer, day: date) -> list[tuple[str, dict[str, date]]]:
    return [(note.key, note.days) for note in ageing(knowing(edition, one), day)]


def changes(edition: Edition, one: Answer, day: date) -> list[tuple[str, date]]:
    return [(note.key, note.days["day"]) for note in changing(knowing(edition, one), day)]


class TestReviews:
    def test_are_listed_from_thirty_days_before(self, edition: Edition) -> None:
        assert notes(edition, answer(), date(2027, 4, 20)) == []
        assert notes(edition, answer(), date(2027, 4, 21)) == [("soon", {"day": BY})]
        assert notes(edition, answer(), BY) == [("soon", {"day": BY})]

    def test_past_their_day_say_until_when_the_answer_is_sent(self, edition: Edition) -> None:
        assert notes(edition, answer(), date(2027, 5, 22)) == [
            ("due", {"day": BY, "mute": date(2027, 7, 20)})
        ]
        assert notes(edition, answer(), date(2027, 7, 20))[0][0] == "due"

    def test_after_sixty_more_days_the_answer_is_muted(self, edition: Edition) -> None:
        assert notes(edition, answer(), date(2027, 7, 21)) == [("muted", {})]

    def test_a_warning_is_due_but_never_muted(self, edition: Edition) -> None:
        assert notes(edition, answer(lasting=True), date(2030, 1, 1)) == [("due_lasting", {"day": BY})]

    def test_a_warning_without_a_wording_in_force_is_named(self, edition: Edition) -> None:
        ended = Variant(Body(short="x"), valid_until=date(2026, 12, 31))
        assert notes(edition, answer(ended, lasting=True), date(2027, 1, 1)) == [("outlived", {})]
        assert notes(edition, answer(ended), date(2027, 1, 1)) == [("muted", {})]


class TestChanges:
    FEE = (Spell("35.000 đ", until=date(2026, 12, 31)), Spell("70.000 đ", since=date(2027, 1, 1)))

    def test_a_fee_that_switches_is_named_once_with_its_last_day(self, edition: Edition) -> None:
        one = answer(Variant(Body(short="x", fee=self.FEE)))
        assert changes(edition, one, date(2026, 11, 30)) == []
        assert changes(edition, one, date(2026, 12, 1)) == [("changes", date(2026, 12, 31))]
        assert changes(edition, one, date(2026, 12, 31)) == [("changes", date(2026, 12, 31))]
        assert changes(edition, one, date(2027, 1, 1)) == []

    def test_so_is_one_inside_a_case(self, edition: Edition) -> None:
        case = Case("?", (Option("a", Body(time=self.FEE)), Option("b", Body())))
        one = answer(Variant(Body(short="x", cases=(case,))))
        assert changes(edition, one, date(2026, 12, 15)) == [("changes", date(2026, 12, 31))]

    def test_the_next_wording_takes_over(self, edition: Edition) -> None:
        one = answer(
            Variant(Body(short="x"), valid_until=date(2026, 12, 31)),
            Variant(Body(short="y"), valid_from=date(2027, 1, 1)),
        )
        assert changes(edition, one, date(2026, 12, 15)) == [("changes", date(2026, 12, 31))]

    def test_an_end_without_a_next_wording_is_said(self, edition: Edition) -> None:
        ends = Variant(Body(short="x"), valid_until=date(2026, 12, 31))
        assert changes(edition, answer(ends), date(2026, 12, 15)) == [("ends", date(2026, 12, 31))]
        assert changes(edition, answer(ends, lasting=True), date(2026, 12, 15)) == [
            ("ends_lasting", date(2026, 12, 31))
        ]

    def test_our_fees_that_end_with_the_year_are_seen_coming(self, edition: Edition) -> None:
        coming = {note.answer.intent for note in changing(edition.known, date(2026, 12, 10))}
        assert {"can_cuoc.le_phi", "can_cuoc.cap_lai", "can_cuoc.doi_the"} <= coming


def test_none_of_our_fees_or_times_runs_out_of_words(edition: Edition) -> None:
    """Every answer in force says some fee and time on every day of the next years, wherever it names one."""
    known, last = edition.known, date(2028, 12, 31)
    days = {date(2026, 11, 22), last}
    days |= {
        note.days["day"]
        for day in (date(2026, 12, 2), date(2027, 1, 30), date(2027, 3, 20))
        for note in changing(known, day)
    }
    for one in known.answers.values():
        for day in days:
            for body in _bodies(one.body(day)):
                for spells in (body.fee, body.time):
                    assert not spells or any(spell.holds(day) for spell in spells), (one.intent, day)


def _bodies(body: Body) -> list[Body]:
    return [body, *(b for case in body.cases or () for option in case.options for b in _bodies(option.body))]


def test_no_price_is_told_after_its_last_day(edition: Edition) -> None:
    """«35.000 đ (đến hết 31/12/2026)» may not stand in what is said on 2 January."""
    told = [
        (one.intent, text)
        for one in edition.known.answers.values()
        for day in (date(2027, 1, 2), date(2027, 3, 1))
        for body in _bodies(one.body(day))
        for text in (body.short or "", *(s.text for s in (body.fee or ()) if s.holds(day)))
        for price in re.finditer(r"\d đ \(đến hết (\d+)/(\d+)/(\d+)", text)
        if date(*(int(part) for part in reversed(price.groups()))) < day
    ]
    assert told == []
