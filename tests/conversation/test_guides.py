"""The golden hour: what holds whatever way one goes through it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.edition import Edition
from bot.conversation.screens import CHOICE_LIMIT
from bot.domain.command import Command
from bot.domain.heard import AnyHeard, Chose, Meant, Said, Urgent
from bot.domain.message import Moment
from bot.domain.session import TRAIL, Session

GUIDE, INTENT = "da_bi_lua", "lua_dao.da_bi_lua"
MONEY = Urgent(kind="money", intent=INTENT)


def walked(edition: Edition, at: Moment, *heard: AnyHeard) -> Session:
    session = Session()
    for each in heard:
        session = edition.dialogue.step(session, each, at).session
    return session


def test_the_bank_comes_first(edition: Edition, at: Moment) -> None:
    step = edition.dialogue.step(Session(), Meant(intent=INTENT), at)
    assert "NGÂN HÀNG" in step.replies[0].text.split("\n")[2]
    assert (step.session.guide, step.session.guide_step) == (GUIDE, 1)


def test_the_alarm_begins_the_guide_and_never_begins_it_again(edition: Edition, at: Moment) -> None:
    assert walked(edition, at, MONEY).offers[0] == f"g:{GUIDE}:1"
    later = walked(edition, at, MONEY, Said(what=Command.DONE), Said(what=Command.DONE), MONEY)
    assert later.guide_step == 3
    assert later.offers[0] == f"g:{GUIDE}:3"


def test_a_guide_waits_for_days(edition: Edition, at: Moment) -> None:
    session = walked(edition, at, MONEY, Said(what=Command.DONE), Said(what=Command.MENU))
    later = Moment(at.now + timedelta(days=3), "m2")
    step = edition.dialogue.step(session, Said(what=Command.ONWARD), later)
    assert step.session.trail[-1] == f"g:{GUIDE}:2"


def test_every_step_fits_its_button_and_leads_on(edition: Edition, at: Moment) -> None:
    steps = edition.known.guides[GUIDE].steps
    assert 5 <= len(steps) <= 6
    for number, step in enumerate(steps, start=1):
        session = edition.dialogue.step(Session(), Chose(choice=f"g:{GUIDE}:{number}"), at).session
        assert session.offers[0] == f"g:{GUIDE}:{number + 1}"
        if step.skip:
            beside = edition.dialogue.step(session, Chose(choice=session.offers[1]), at).session
            assert f"g:{GUIDE}:{number + 1}" in beside.offers
            assert beside.guide_step == number
        assert all(len(choice.encode()) <= CHOICE_LIMIT for choice in session.offers)


def test_the_end_is_honest_and_finishes_it(edition: Edition, at: Moment) -> None:
    end = len(edition.known.guides[GUIDE].steps) + 1
    step = edition.dialogue.step(Session(), Chose(choice=f"g:{GUIDE}:{end}"), at)
    assert "chưa phải là trình báo" in step.replies[0].text
    assert step.replies[0].buttons[0].choice == "k:now:guide"
    after = edition.dialogue.step(step.session, Said(what=Command.MENU), at)
    assert not any(choice.startswith("g:") for choice in after.session.offers)


@pytest.mark.parametrize("choice", ["g:khong_co:1", f"g:{GUIDE}:0", f"g:{GUIDE}:99", "g:", f"g:{GUIDE}:x"])
def test_an_old_step_shows_where_one_stands(choice: str, edition: Edition, at: Moment) -> None:
    step = edition.dialogue.step(Session(), Chose(choice=choice), at)
    assert step.replies[0].buttons
    assert step.session.guide is None


@pytest.mark.parametrize("text", ["đã gọi", "rồi", "xong rồi", "tiếp tục", "thôi", "bước trước", "gọi rồi"])
def test_words_about_a_guide_mean_nothing_without_one(text: str, edition: Edition) -> None:
    heard = edition.understanding.understand(text)
    assert not (isinstance(heard, Said) and heard.what in {"done", "onward", "stop", "previous"})


def test_a_new_loss_rings_even_in_the_middle_of_a_guide(edition: Edition, at: Moment) -> None:
    session = walked(edition, at, MONEY, Said(what=Command.DONE))
    heard = edition.understanding.understand("trời ơi em lại chuyển thêm cho nó 50 triệu nữa rồi", session)
    assert isinstance(heard, Urgent)


WORDS = ("done", "undone", "onward", "previous", "stop", "still", "menu", "back")
ASKED = (MONEY, Meant(intent=INTENT), Meant(intent="can_cuoc.cap_lai", path=(0,)), Chose(choice="b"))
WALK = st.lists(st.sampled_from([*ASKED, *(Said(what=Command(name)) for name in WORDS)]), max_size=30)


@given(walk=WALK)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
def test_any_walk_stays_bounded_and_answered(walk: list[AnyHeard], edition: Edition, at: Moment) -> None:
    session = Session()
    for heard in walk:
        step = edition.dialogue.step(session, heard, at)
        session = step.session
        assert step.replies
        assert len(session.trail) <= TRAIL
        assert abs(session.guide_step) <= len(edition.known.guides[GUIDE].steps) + 1
