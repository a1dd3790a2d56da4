"""Tables in an officer's chat: which days, six digits, an address that is good once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.conversation.officer.people import PeopleScreens
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Button, Link, Reply
from bot.domain.officer import Right, refused
from bot.domain.seat import today
from bot.officer.press import Press
from bot.services.exports import Exports
from bot.services.officers import Outcome
from bot.store.naming import Person

_DAYS = {"day": (0, 0), "past": (-13, 0), "next": (0, 13)}  # from today, both inclusive


class OfficerExports:
    """Answers one officer at a time: what is shown, and which act then waits for six digits."""

    def __init__(self, exports: Exports, known: Callable[[], Knowledge]) -> None:
        self._exports, self._known = exports, known

    async def answered(self, press: Press) -> tuple[Reply, str]:
        """Which station, which days, then the code, then the address."""
        known, now = self._known(), press.at.now
        shown = PeopleScreens(known)
        every = known.stations.values()
        mine = [each for each in every if refused(press.officer, Right.EXPORT, each.id, now) is None]
        if not mine:
            return shown.said("officer_export_refused"), ""
        if press.hand.door != WEBCHAT and self._exports.root is None:
            return shown.said("officer_export_unsafe"), ""
        id_, span = (*press.values, "", "")[:2]
        station = next((each for each in mine if each.id == id_), mine[0] if len(mine) == 1 else None)
        if station is None:
            return shown.choose(
                "officer_which", [(each.name, choice(acts.EXPORT, each.id)) for each in mine]
            ), ""
        if span not in _DAYS:
            ways = [
                (known.says(f"officer_export_{each}"), choice(acts.EXPORT, station.id, each))
                for each in _DAYS
            ]
            return shown.choose("officer_export", ways), ""
        waits = f"{acts.EXPORT}:{station.id}:{span}"
        what = known.says(
            "officer_export_what", station=station.name, days=known.says(f"officer_export_{span}")
        )
        if not press.code:
            return shown.confirm(what), waits
        outcome = await self._exports.may(press.hand, press.code, station.id)
        if outcome is not Outcome.DONE:
            return shown.not_done(outcome), waits if outcome is Outcome.WRONG else ""
        return await self._given(press, station.id, span), ""

    async def _given(self, press: Press, station: str, span: str) -> Reply:
        first, last = (today(press.at.now) + timedelta(days=each) for each in _DAYS[span])
        days: tuple[date, date] = (first, last)
        token = await self._exports.offer(press.hand, Person(press.talk), station, *days)
        root = "" if press.hand.door == WEBCHAT else self._exports.root or ""
        known = self._known()
        link = Link(known.says("officer_export_link"), f"{root}/bang/{token}")
        menu = Button(known.says("button_officer_menu"), choice(acts.MENU))
        return Reply(known.says("officer_export_ready"), (menu,), (link,))
