"""Officers are told of warnings that wait for them and of their own, each thing once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.content.rota import rota
from bot.domain.officer import Hand, Role
from bot.domain.warning import Move
from bot.services.warning_news import WarningNews
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.conftest import ROOT
from tests.services.test_warnings import TEXT, Office


class Newsroom(Office):
    """An office whose news leave by Telegram."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        doors = {"telegram": object()}
        self.news = WarningNews(
            self.bulletins.kept, self.officers, Outbox(store, Inbox(store)), lambda: rota(ROOT),
            lambda: doors, lambda: self.now,
        )  # type: ignore[arg-type]  # fmt: skip  # news only ask whether there is such a door

    async def on_duty(self, who: str) -> None:
        await self.officers.set_duty(Hand(who, "telegram", self.now), on=True)


@pytest.fixture
async def office(store: Store) -> Newsroom:
    return Newsroom(store)


async def test_who_may_approve_and_is_on_duty_is_called_once_and_later_who_comes_on_duty(
    office: Newsroom,
) -> None:
    author = await office.comes(Role.COMMANDER, "mai_phu")
    chief, late = await office.comes(Role.COMMANDER, "mai_phu"), await office.comes(Role.COMMANDER)
    near, helper = (
        await office.comes(Role.COMMANDER, "thanh_sen"),
        await office.comes(Role.OFFICER, "mai_phu"),
    )
    for each in (author, chief, near, helper):
        await office.on_duty(each.id)
    case = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    assert await office.news.tell(case, office.now) == 1
    assert await office.news.tell(case, office.now) == 0
    await office.on_duty(late.id)
    assert await office.news.tell(case, office.now) == 1
    reason = f"warning_call:{case.id}:{case.version}"
    assert await office.news.call_wanted(reason)
    after = await office.moved(chief.id, case, Move.APPROVE)
    assert not await office.news.call_wanted(reason)
    assert await office.news.tell(after, office.now) == 1  # the author


async def test_a_reason_is_told_once_however_often_the_draft_is_mended(office: Newsroom) -> None:
    author, chief = await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.COMMANDER, "mai_phu")
    case = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    case = await office.moved(chief.id, case, Move.RETURN)
    assert await office.news.tell(case, office.now) == 1
    for number in range(2):
        text = replace(TEXT, title=f"Lần sửa thứ {number}")
        done = await office.bulletins.edit(office.hand(author.id), f"mend {number}", case, text)
        assert done.case
        case = done.case
        assert await office.news.tell(case, office.now) == 0


async def test_author_and_approver_hear_of_the_end_and_nobody_of_what_was_given_up(office: Newsroom) -> None:
    author, chief = await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.COMMANDER, "mai_phu")
    case = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    case = await office.moved(chief.id, case, Move.APPROVE, Move.SEND)
    done = await office.bulletins.pass_on("over", case, Move.FINISH, office.now)
    assert done.case
    assert await office.news.tell(done.case, office.now) == 2
    assert await office.news.tell(done.case, office.now + timedelta(days=5)) == 0
    given_up = await office.moved(author.id, await office.drafted(author.id), Move.WITHDRAW)
    assert await office.news.tell(given_up, office.now) == 0
