"""What people ask, for an officer: of their own stations only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC

from bot.conversation.officer.screens import OfficerScreens
from bot.domain.knowledge import Knowledge
from bot.domain.message import Reply
from bot.domain.officer import Right, refused
from bot.officer.press import Press
from bot.store.records import Records

MOST = 10  # matters in the list
# A talk that has named a station is counted as `at|<station>|<intent>`, beside the `intent|<intent>` of all.
_ALL, _AT = "intent", "at"


class OfficerFigures:
    """Answers one officer at a time. `known` gives the content in use."""

    def __init__(self, records: Records, known: Callable[[], Knowledge]) -> None:
        self._records, self._known = records, known

    async def answered(self, press: Press, screens: OfficerScreens) -> Reply:
        """Today's (UTC) matters, most first: at the station of a button, or at all of the officer's."""
        officer, now = press.officer, press.at.now
        every = self._known().stations
        mine = [each for each in every.values() if refused(officer, Right.FIGURES, each.id, now) is None]
        named = [each for each in mine if press.values[:1] == (each.id,)]
        if not mine or (press.values and not named):
            return screens.said("refused")
        counts = await self._records.counts(now.astimezone(UTC).date())
        shown = {each.id for each in named or mine}
        whole = not officer.stations and not named  # of those too who have named no station
        asked = Counter[str]()
        for name, many in counts.items():
            kind, _, rest = name.partition("|")
            station, _, intent = rest.partition("|")
            if kind == _ALL and whole:
                asked[rest] += many
            elif kind == _AT and not whole and station in shown:
                asked[intent] += many
        found = sorted(asked.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        where = ", ".join(each.name for each in named or mine)
        others = [each for each in mine if each not in named] if len(mine) > 1 else []
        return screens.figures(screens.everywhere if whole else where, found, others)
