"""The radar in an officer's chat: the signs of a week, a draft of a warning from one, one left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.radar import RadarScreens
from bot.domain.knowledge import Knowledge
from bot.domain.message import Reply
from bot.domain.officer import Right
from bot.domain.radar import WEEK, WINDOW, Sign
from bot.domain.seat import today
from bot.domain.warning import Bulletin, Topic
from bot.officer.press import Press
from bot.services.radar import Radar
from bot.services.warnings import Bulletins

ACTS = frozenset({acts.RADAR, acts.SIGN})
_LASTS = timedelta(days=3)  # a warning from a sign; its author may change that


class OfficerRadar:
    """Answers one officer at a time."""

    def __init__(self, radar: Radar, bulletins: Bulletins, known: Callable[[], Knowledge]) -> None:
        self._radar, self._bulletins, self._known = radar, bulletins, known

    async def answered(self, press: Press) -> Reply:
        """What a button shows or does."""
        shown, now, officer = RadarScreens(self._known()), press.at.now, press.officer
        week = await self._radar.seen_by(officer, now, WEEK)
        if press.act == acts.RADAR:
            skipped = {each.id for each in week if await self._radar.skipped(officer, each, now)}
            return shown.week(week, skipped, now)
        id_, do = (*press.values, "", "")[:2]
        lately = await self._radar.seen_by(officer, now, WINDOW)
        sign = next((each for each in (*lately, *week) if id_ in each.names), None)
        if sign is None:
            return shown.said("gone")
        note = ""
        if do == "draft":
            return await self._draft(press, sign, shown)
        if do in {"skip", "follow"}:
            await self._radar.skip(press.hand, officer, sign, on=do == "skip")
            note = self._known().says("radar_skipped" if do == "skip" else "radar_followed")
        skipping = await self._radar.skipped(officer, sign, now)
        may = bool(self._radar.views(officer, sign, now, Right.DRAFT))
        return shown.sign(sign, now, draft=may, skipped=skipping, note=note)

    async def _draft(self, press: Press, sign: Sign, shown: RadarScreens) -> Reply:
        """A draft for the stations in whose name one may write."""
        views = self._radar.views(press.officer, sign, press.at.now, Right.DRAFT)
        if not views:
            return shown.said("refused")
        title, text, link = self._words(sign, shown, today(press.at.now))
        stations = tuple(each for each in views if each)
        bulletin = Bulletin(Topic.SCAM, stations, title, text, press.at.now + _LASTS, link)
        done = await self._bulletins.draft(press.hand, press.once.request, bulletin)
        if done.case is None:
            return shown.said("drafted_before" if done.done else "limit")
        return shown.drafted(done.case.id)

    def _words(self, sign: Sign, shown: RadarScreens, day: date) -> tuple[str, str, str]:
        """Title, text, link: the template called like the trick, else our answer about it, else advice."""
        known = self._known()
        found = [each for each in known.warnings.templates if f"{each.topic}.{each.id}" == sign.trick]
        if found:
            return found[0].title, found[0].text, found[0].link
        answer = known.answers.get(sign.trick)
        if answer is None:
            return known.says("radar_title_text"), known.says("radar_text"), ""
        short = (answer.body(day).short or known.says("radar_text")).replace("**", "")
        return known.says("radar_title", trick=shown.trick(sign)), " ".join(short.split()), ""
