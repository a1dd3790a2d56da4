"""Officers in an officer's chat: invited, changed, let go; each act after six digits of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.conversation.officer.people import ALL, ENDS, PeopleScreens
from bot.conversation.text import clean
from bot.domain.knowledge import Knowledge
from bot.domain.message import Reply
from bot.domain.officer import Officer, Right, Role, fewer, outlasts, refused, wider
from bot.domain.seat import LOCAL, today
from bot.officer.press import Press
from bot.services.officers import Officers, Outcome
from bot.services.people import Terms, terms

ACTS = frozenset({acts.PEOPLE, acts.PERSON, acts.INVITE, acts.CHANGE, acts.AGAIN, acts.LEAVE})
_NAME = range(2, 61)  # characters
_SURE = "sure"
Shown = tuple[Reply, str]  # and the act that waits for six digits


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done with an officer: other terms, or (None) another door or the end."""

    who: Officer
    what: str
    to: Terms | None = None


class OfficerPeople:
    """Answers one officer at a time."""

    def __init__(self, officers: Officers, known: Callable[[], Knowledge]) -> None:
        self._officers, self._known = officers, known

    async def answered(self, press: Press) -> Shown:
        """What a button, or six digits after one, comes to."""
        screens, now, own = PeopleScreens(self._known()), press.at.now, press.officer
        if refused(own, Right.PEOPLE, next(iter(own.stations), None), now):
            return screens.said("people_refused"), ""
        mine = [each for each in await self._officers.everyone() if not each.left and _within(own, each)]
        if press.act == acts.PEOPLE:
            return screens.listed(mine, now), ""
        if press.act == acts.INVITE:
            return await self._invite(press, screens)
        who = next((each for each in mine if each.id in press.values[:1]), None)
        if who is None:
            return screens.said("people_gone"), ""
        if press.act == acts.PERSON:
            return screens.person(who, now), ""
        if press.act == acts.CHANGE:
            return await self._change(press, who, screens)
        what = "people_do_leave" if press.act == acts.LEAVE else "people_do_again"
        return await self._done(press, Deed(who, self._known().says(what, name=who.name)), screens)

    # -- somebody new

    async def _invite(self, press: Press, screens: PeopleScreens) -> Shown:
        """Role, station, end, by buttons; then name and six digits in one line, and nothing of it is kept."""
        own, chosen = press.officer, press.values
        made = self._made(press)
        if made is None:
            key, ways = self._asked(own, chosen, screens, press.at.now)
            return screens.choose(key, [(label, choice(acts.INVITE, *chosen, to)) for label, to in ways]), ""
        waits = ":".join((press.act, *chosen))
        what = f"{screens.role(made.role)} · {screens.where(made.stations)} · {screens.until(made.until)}"
        if not press.code:
            return screens.confirm(what, "people_name"), waits
        name = clean(press.words)
        if len(name) not in _NAME:
            return screens.confirm(what, "people_name"), waits
        outcome = await self._officers.fresh(press.hand, press.code)
        if outcome is not Outcome.DONE:
            return screens.not_done(outcome), waits if outcome is Outcome.WRONG else ""
        code = await self._officers.invite(press.hand, name, made.role, made.stations, made.until)
        return (screens.said("people_invited", name=name, code=code) if code else screens.not_done("")), ""

    def _made(self, press: Press) -> Terms | None:
        """The terms of three buttons."""
        match press.values:
            case [role, where, days] if role in {*Role} and days.isdecimal():
                stations = () if where == ALL else (where,)
                if all(each in self._known().stations for each in stations):
                    return Terms(Role(role), stations, _end(int(days), press.at.now))
        return None

    def _asked(
        self, own: Officer, chosen: tuple[str, ...], screens: PeopleScreens, now: datetime
    ) -> tuple[str, list[tuple[str, str]]]:
        """The next question, and the answers one may give."""
        where = own.stations[:1]
        match chosen:
            case []:
                roles = [each for each in Role if not wider(own, each, where)]
                return "people_which_role", [(screens.role(each), each) for each in roles]
            case [_]:
                every = [each for each in self._known().stations if not own.stations or each in own.stations]
                ways = [(screens.where((each,)), each) for each in every]
                return "officer_which", ways if own.stations else [*ways, (screens.where(()), ALL)]
        stay = [each for each in ENDS if not outlasts(own, _end(each, now))]
        return "people_which_end", [(screens.days(each), str(each)) for each in stay]

    # -- somebody known

    async def _change(self, press: Press, who: Officer, screens: PeopleScreens) -> Shown:
        what, value = (*press.values[1:], "", "")[:2]
        before = terms(who)
        ways: dict[str, tuple[str, Terms]] = {}
        match what:
            case "role":
                ways = {each: (screens.role(each), replace(before, role=each)) for each in Role}
            case "where":
                ways = self._places(who, screens)
            case "until":
                ends = {str(each): _end(each, press.at.now) for each in ENDS}
                ways = {
                    days: (screens.days(int(days)), replace(before, until=end)) for days, end in ends.items()
                }
        own = press.officer
        may = {
            name: way for name, way in ways.items() if way[1] != before and _may(own, who, way[1].given(who))
        }
        if value not in may:
            listed = [(label, choice(acts.CHANGE, who.id, what, name)) for name, (label, _) in may.items()]
            return screens.choose("people_which" if listed else "people_no_way", listed), ""
        label, to = may[value]
        if what == "until":
            label = screens.until(to.until)
        said = self._known().says("people_do_change", name=who.name, what=label)
        return await self._done(press, Deed(who, said, to), screens)

    def _places(self, who: Officer, screens: PeopleScreens) -> dict[str, tuple[str, Terms]]:
        """One station more, one less, all."""
        says, before = self._known().says, terms(who)
        ways = {}
        for id_, station in self._known().stations.items():
            if id_ not in who.stations:
                label = says("people_add", station=station.name)
                ways[id_] = (label, replace(before, stations=(*who.stations, id_)))
            elif len(who.stations) > 1:
                rest = tuple(each for each in who.stations if each != id_)
                ways[id_] = (says("people_drop", station=station.name), replace(before, stations=rest))
        ways[ALL] = (screens.where(()), replace(before, stations=()))
        return ways

    async def _done(self, press: Press, deed: Deed, screens: PeopleScreens) -> Shown:
        """Ask for six digits, or, with them, do it."""
        who, now, sure = deed.who, press.at.now, press.values[-1] == _SURE
        waits = ":".join((press.act, *press.values))
        after = deed.to.given(who) if deed.to else None
        if not sure and press.act != acts.AGAIN and await self._officers.is_last(who, after, now):
            return screens.last(who.name, choice(press.act, *press.values, _SURE)), ""
        if not press.code:
            return screens.confirm(deed.what), waits
        outcome = await self._officers.fresh(press.hand, press.code)
        if outcome is not Outcome.DONE:
            return screens.not_done(outcome), waits if outcome is Outcome.WRONG else ""
        if press.act == acts.AGAIN:
            code = await self._officers.invite_again(press.hand, who.id)
            return (
                screens.said("people_invited", name=who.name, code=code) if code else screens.not_done("")
            ), ""
        if deed.to:
            outcome = await self._officers.change(press.hand, who.id, deed.to, sure=sure)
        else:
            outcome = await self._officers.leave(press.hand, who.id)
        if outcome is not Outcome.DONE:
            return screens.not_done(outcome), ""
        gone = after or replace(who, left=now)
        return screens.person(gone, now, self._known().says("people_done")), ""


def _within(own: Officer, other: Officer) -> bool:
    return own.id == other.id or not wider(own, other.role, other.stations)


def _may(own: Officer, before: Officer, after: Officer) -> bool:
    """Whether a change is offered; the service asks again when it is made."""
    if own.id == before.id:
        return fewer(before, after)
    longer = after.until != before.until and outlasts(own, after.until)
    return not wider(own, after.role, after.stations) and not longer


def _end(days: int, now: datetime) -> datetime | None:
    """The end of a day so many days from now; None for 0: no end."""
    return datetime.combine(today(now) + timedelta(days=days), time(23, 59, 59), LOCAL) if days else None
