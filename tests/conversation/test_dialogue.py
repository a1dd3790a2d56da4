"""Rules of the talk that no transcript shows as plainly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.edition import Edition
from bot.conversation.screens import CHOICE_LIMIT, Screens
from bot.domain.command import Command
from bot.domain.heard import Chose, Guess, Meant, Puzzled, Said, Urgent
from bot.domain.message import Moment, Secret
from bot.domain.session import TRAIL, VERSION, Session
from bot.domain.step import Rate, Rating


def test_the_same_input_gives_the_same_step(edition: Edition, at: Moment) -> None:
    heard = Meant(intent="can_cuoc.cap_lai")
    assert edition.dialogue.step(Session(), heard, at) == edition.dialogue.step(Session(), heard, at)


def test_every_choice_fits_the_smallest_button_and_shows_something(edition: Edition, at: Moment) -> None:
    screens = Screens(edition.known)
    day = at.now.date()
    waiting, seen = ["m"], set()
    while waiting:
        choice = waiting.pop()
        if choice in seen or choice[0] in "bghnuw":
            continue
        seen.add(choice)
        screen = screens.of(choice, day)
        assert screen, choice
        assert len(choice.encode()) <= CHOICE_LIMIT
        assert screen.reply.text
        waiting += [button.choice for button in screen.reply.buttons]
    reachable = {choice.split(":")[1] for choice in seen if choice.startswith("a:")}
    ours = {id_ for id_ in edition.known.answers if not id_.startswith("oos.")}
    assert ours <= reachable


def test_every_answer_on_every_path_reads_well(edition: Edition, at: Moment) -> None:
    """No blank left unfilled, no heading without text, nothing longer than a screen or three."""
    screens = Screens(edition.known)
    for intent in edition.known.answers:
        for path in ((), (0,), (1,), (2,), (0, 0), (1, 0)):
            screen = screens.answer(intent, path, at.now.date())
            assert screen
            text = screen.reply.text
            assert "None" not in text
            assert "{" not in text
            assert len(text) <= 2000, (intent, path, len(text))


@pytest.mark.parametrize(
    "choice",
    ["a:khong.co", "t:khong_co", "t:can_cuoc:99", "a:", "x", "", "u:khong.co", "a:can_cuoc.cap_lai:9.9.9"],
)
def test_an_old_button_shows_where_one_stands_and_never_fails(
    choice: str, edition: Edition, at: Moment
) -> None:
    step = edition.dialogue.step(Session(), Chose(choice=choice), at)
    assert step.replies
    assert step.replies[0].buttons
    assert step.request is None


def test_an_answer_on_show_is_rated_once(edition: Edition, at: Moment) -> None:
    shown = edition.dialogue.step(Session(), Chose(choice="a:can_cuoc.cap_lai:1"), at).session
    step = edition.dialogue.step(shown, Chose(choice="w:can_cuoc.cap_lai"), at)
    assert step.request == Rate("rate:m1", "can_cuoc.cap_lai", Rating.WRONG)
    assert edition.dialogue.step(shown, Chose(choice="w:can_cuoc.cap_lai"), at) == step
    assert edition.dialogue.step(step.session, Chose(choice="w:can_cuoc.cap_lai"), at).request is None


def test_a_session_of_another_version_starts_afresh(edition: Edition, at: Moment) -> None:
    old = Session(version=VERSION + 1, intent="can_cuoc.cap_lai", trail=("gì đó",))
    step = edition.dialogue.step(old, Said(what=Command.BACK), at)
    assert step.session.version == VERSION
    assert step.session.intent is None


def test_the_trail_is_bounded(edition: Edition, at: Moment) -> None:
    session = Session()
    for intent in list(edition.known.answers)[: TRAIL * 3]:
        session = edition.dialogue.step(session, Chose(choice=f"a:{intent}"), at).session
    assert len(session.trail) == TRAIL


def test_private_data_is_warned_about_first(edition: Edition, at: Moment) -> None:
    heard = Puzzled(withheld=frozenset({Secret.CODE}))
    replies = edition.dialogue.step(Session(), heard, at).replies
    assert "mã OTP" in replies[0].text
    assert len(replies) == 2


@pytest.mark.parametrize(
    "kind", ["fire", "violence", "accident", "medical", "held", "money", "clicked", "disaster"]
)
def test_an_emergency_says_whom_to_call_first(kind: str, edition: Edition, at: Moment) -> None:
    intent = edition.known.emergencies[kind].intent
    text = edition.dialogue.step(Session(), Urgent(kind=kind, intent=intent), at).replies[0].text
    first = text.split("\n")[0]
    assert any(word in first for word in ("113", "114", "115", "112", "111", "ngân hàng")), first
    assert "?" not in first


def test_doubt_offers_what_was_guessed_and_a_way_out(edition: Edition, at: Moment) -> None:
    guesses = (Guess("can_cuoc.cap_lai", 0.4), Guess("can_cuoc.doi_the", 0.3))
    step = edition.dialogue.step(Session(), Puzzled(guesses=guesses), at)
    assert [b.choice for b in step.replies[0].buttons] == ["a:can_cuoc.cap_lai", "a:can_cuoc.doi_the", "n"]


def test_the_second_miss_offers_a_person(edition: Edition, at: Moment) -> None:
    first = edition.dialogue.step(Session(), Puzzled(), at)
    second = edition.dialogue.step(first.session, Puzzled(), at)
    assert second.session.misses == 2
    assert first.replies[0].text != second.replies[0].text
    assert "gặp cán bộ" in second.replies[0].text


def test_fees_switch_on_their_day(edition: Edition) -> None:
    def fee(day: int, month: int, year: int) -> str:
        at = Moment(datetime(year, month, day, 5, tzinfo=UTC), "m")
        step = edition.dialogue.step(Session(), Chose(choice="a:can_cuoc.cap_lai:0.1"), at)
        return step.replies[0].text

    assert "35.000" in fee(31, 12, 2026)
    assert "70.000" in fee(1, 1, 2027)


def test_the_day_changes_at_midnight_in_vietnam(edition: Edition) -> None:
    before = Moment(datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "m")
    after = replace(before, now=datetime(2026, 12, 31, 17, 1, tzinfo=UTC))
    shown = [
        edition.dialogue.step(Session(), Chose(choice="a:can_cuoc.cap_lai:0.1"), at).replies[0].text
        for at in (before, after)
    ]
    assert shown[0] != shown[1]


@given(
    choices=st.lists(
        st.sampled_from(
            [
                "m",
                "b",
                "h",
                "n",
                "t:can_cuoc",
                "t:lua_dao:1",
                "a:can_cuoc.cap_lai",
                "a:can_cuoc.cap_lai:0",
                "a:oos.thue",
                "w:can_cuoc.cap_lai",
                "x",
            ]
        ),
        max_size=25,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_walk_stays_bounded_and_answered(choices: list[str], edition: Edition, at: Moment) -> None:
    session = Session()
    for choice in choices:
        step = edition.dialogue.step(session, Chose(choice=choice), at)
        session = step.session
        assert step.replies
        assert len(session.trail) <= TRAIL
        assert len(session.offers) == len(session.labels)


@pytest.mark.parametrize("intent", ["dat_lich.dat", "dat_lich.doi", "dat_lich.huy", "dat_lich.xem"])
def test_a_page_tells_of_booking_where_nobody_can_book(edition: Edition, at: Moment, intent: str) -> None:
    (reply,) = edition.dialogue.read(Chose(choice=f"a:{intent}"), at)
    assert reply.text.startswith("**")
    assert edition.known.answers[intent].variants[0].body.short[:40] in reply.text
