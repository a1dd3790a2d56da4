"""What officers read of the radar: how many people met which trick, since when. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.radar import Sign
from bot.domain.seat import LOCAL

SHOWN = 8  # signs of a list


class RadarScreens:
    """Puts signs into words and buttons."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def told(self, sign: Sign, now: datetime, *, draft: bool) -> Reply:
        """A sign that is new, and what can be done."""
        what = "radar_told" if sign.trick else "radar_told_text"
        text = self._says(what, trick=self.trick(sign), **self._told(sign, now))
        return Reply(text, self._ways(sign, draft=draft, skipped=False))

    def sign(self, sign: Sign, now: datetime, *, draft: bool, skipped: bool, note: str = "") -> Reply:
        """One sign of the week."""
        text = self._line(sign, now, skipped=skipped)
        return Reply("\n\n".join(filter(None, (note, text))), self._ways(sign, draft=draft, skipped=skipped))

    def week(self, signs: Sequence[Sign], skipped: Collection[str], now: datetime) -> Reply:
        """All of a week."""
        if not signs:
            return Reply(self._says("radar_none"), (self._menu(),))
        shown = signs[:SHOWN]
        lines = "\n".join(f"- {self._line(each, now, skipped=each.id in skipped)}" for each in shown)
        buttons = [
            Button(self._says("button_radar_sign", trick=self.trick(each), people=str(each.people)),
                   choice(acts.SIGN, each.id))
            for each in shown
        ]  # fmt: skip
        return Reply(self._says("radar_week", lines=lines), (*buttons, self._menu()))

    def trick(self, sign: Sign) -> str:
        """What a trick is called."""
        answer = self._known.answers.get(sign.trick)
        return answer.label if answer else self._says("radar_unknown")

    def said(self, key: str) -> Reply:
        """One sentence, and the ways back."""
        return Reply(self._says(f"radar_{key}"), (self._week(), self._menu()))

    def drafted(self, case: str) -> Reply:
        """A draft is there."""
        look = Button(self._says("button_radar_look"), choice(acts.WARN, case))
        return Reply(self._says("radar_drafted", id=case), (look, self._week(), self._menu()))

    def _line(self, sign: Sign, now: datetime, *, skipped: bool) -> str:
        text = self._says("radar_line", trick=self.trick(sign), **self._told(sign, now))
        return f"{text} {self._says('radar_skipped_mark')}" if skipped else text

    def _told(self, sign: Sign, now: datetime) -> dict[str, str]:
        station = self._known.stations.get(sign.station)
        since, local = sign.since.astimezone(LOCAL), now.astimezone(LOCAL)
        clock = f"{since:%H:%M}" if since.date() == local.date() else f"{since:%H:%M %d/%m}"
        where = station.name if station else self._says("radar_nowhere")
        return {"people": str(sign.people), "station": where, "clock": clock}

    def _ways(self, sign: Sign, *, draft: bool, skipped: bool) -> tuple[Button, ...]:
        warn = Button(self._says("button_radar_draft"), choice(acts.SIGN, sign.id, "draft"))
        turn = "follow" if skipped else "skip"
        other = Button(self._says(f"button_radar_{turn}"), choice(acts.SIGN, sign.id, turn))
        return (*((warn,) if draft else ()), other, self._week(), self._menu())

    def _week(self) -> Button:
        return Button(self._says("button_officer_radar"), choice(acts.RADAR))

    def _menu(self) -> Button:
        return Button(self._says("button_officer_menu"), choice(acts.MENU))
