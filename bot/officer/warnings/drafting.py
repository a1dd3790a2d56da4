"""A warning written in an officer's chat, a part at a time; kept from the first, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.officer.warnings.course import CORRECT, TAKE_BACK
from bot.conversation.officer.warnings.drafting import (
    ALL,
    COURSE,
    MORE,
    TYPED,
    DraftScreens,
)  # fmt: skip
from bot.conversation.officer.warnings.filling import Filling, following
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.knowledge import Knowledge
from bot.domain.message import Moment, Reply, Secret
from bot.domain.officer import Officer, Right, refused
from bot.domain.station import Station
from bot.domain.warning import LASTS, Bulletin, Case, Fault, State, Topic
from bot.domain.writing import Field, Writing
from bot.officer.press import Press
from bot.officer.warnings.told import Told, awaited
from bot.services.warnings import Bulletins, Result
from bot.store.warnings import Kept

_SPARE = timedelta(minutes=1)


class Drafting:
    """Acts for one officer at a time. `known` gives the content in use."""

    def __init__(self, bulletins: Bulletins, known: Callable[[], Knowledge]) -> None:
        self._bulletins, self._known = bulletins, known

    async def begun(self, press: Press) -> Told:
        """A new one: what about, for whom, then kept and written further."""
        screens = self._screens(press.at)
        if not press.values or press.values[0] not in list(Topic):
            return Told((screens.topics(),))
        topic, mine = Topic(press.values[0]), self.mine(press.officer, press.at.now)
        ids = {each.id for each in mine}
        if not mine:
            return self._said("refused", press.at)
        if len(press.values) == 1 and len(mine) > 1:
            return Told((screens.places(topic, mine, everywhere=not press.officer.stations),))
        named = press.values[1] if len(press.values) > 1 else mine[0].id
        if named == ALL:
            stations = press.officer.stations
        elif named in ids:
            stations = (named,)
        else:
            return Told((screens.places(topic, mine, everywhere=not press.officer.stations),))
        made = await self._bulletins.draft(press.hand, press.once.request, Bulletin(topic, stations, "", ""))
        if made.case is None:
            return self._refused(made, press.at)
        return Told((screens.templates(made.case, self._templates(topic)),))

    async def put_right(self, press: Press, first: Case, kind: str) -> Told:
        """A correction of one that was sent, or its taking back: a draft with its words to begin with."""
        if kind not in {CORRECT, TAKE_BACK}:
            return self._said("warn_old", press.at)
        was, now = first.bulletin, press.at.now
        title, text = was.title, was.text
        if kind == TAKE_BACK:
            words = self._words(press.at)
            title = words.says("officer_warn_takeback_title")
            text = words.says("officer_warn_takeback_text", title=was.title)
        ends = was.expires if was.expires and was.expires > now + _SPARE else now + timedelta(days=1)
        bulletin = replace(
            was, title=title, text=text, expires=min(ends, now + LASTS), corrects=first.id,
            link="" if kind == TAKE_BACK else was.link, picture="" if kind == TAKE_BACK else was.picture,
        )  # fmt: skip
        made = await self._bulletins.draft(press.hand, press.once.request, bulletin)
        if made.case is None:
            return self._refused(made, press.at)
        note = self._words(press.at).says(f"officer_warn_{kind}_made")
        return await self.shown(made.case, press.at, note)

    async def set(self, press: Press, case: Case) -> Told:
        """A part pressed: asked for, or given by the button."""
        name, value, go = (*press.values[2:], "", "", "")[:3]
        screens = self._screens(press.at)
        if name == MORE:
            return Told((screens.fields(case),))
        if name not in list(Field):
            return await self.shown(case, press.at)
        field, guided = Field(name), go == "g"
        if not value:
            return self._asked(case, field, press, guided=guided)
        changed = self._filling(press).chosen(case.bulletin, field, value)
        if changed is None:
            return await self.shown(case, press.at, self._words(press.at).says("officer_warn_old"))
        if field is Field.TEMPLATE:
            guided = True
        return await self._edited(press, case, field, changed, guided=guided)

    async def typed(
        self, press: Press, case: Case, writing: Writing, text: str, hidden: Collection[Secret]
    ) -> Told:
        """A part typed."""
        if writing.field not in TYPED:
            return await self.shown(case, press.at)
        bulletin, note = self._filling(press).typed(
            case.bulletin, writing.field, text, self._bulletins.is_official
        )
        if hidden:  # the desk has masked it already: a warning with gaps helps nobody
            note = self._words(press.at).says("officer_warn_masked")
        if note:
            return self._asked(case, writing.field, press, guided=writing.guided, note=note)
        return await self._edited(press, case, writing.field, bulletin, guided=writing.guided)

    async def shown(
        self, case: Case, at: Moment, note: str = "", faults: tuple[Fault, ...] | None = None
    ) -> Told:
        """The draft as it stands."""
        found = self._bulletins.faults(case.bulletin, at.now) if faults is None else faults
        return Told((self._screens(at).draft(case, found, note),))

    def mine(self, officer: Officer, now: datetime) -> list[Station]:
        """The stations for which an officer may write."""
        every = self._known().stations.values()
        return [each for each in every if refused(officer, Right.DRAFT, each.id, now) is None]

    def _asked(self, case: Case, field: Field, press: Press, *, guided: bool, note: str = "") -> Told:
        screens, officer = self._screens(press.at), press.officer
        match field:
            case Field.TOPIC:
                return Told((screens.topics(case),))
            case Field.STATION:
                mine = self.mine(officer, press.at.now)
                return Told((screens.stations(case, mine, everywhere=not officer.stations),))
            case Field.TEMPLATE:
                return Told((screens.templates(case, self._templates(case.bulletin.topic)),))
            case _ if field in COURSE:
                writing = awaited(case, field, press.at.now, guided=guided) if field in TYPED else None
                return Told((screens.ask(case, field, guided=guided, note=note),), writing)
        return Told((screens.fields(case),))

    def _filling(self, press: Press) -> Filling:
        mine = [each.id for each in self.mine(press.officer, press.at.now)]
        return Filling(self._words(press.at), press.officer, mine)

    async def _edited(
        self, press: Press, case: Case, field: Field, bulletin: Bulletin, *, guided: bool
    ) -> Told:
        """Kept; then the next part, or the whole."""
        if bulletin != case.bulletin:
            done = await self._bulletins.edit(press.hand, press.once.request, case, bulletin)
            if not done.done or done.case is None:
                return self._refused(done, press.at)
            case = done.case
        if case.state is not State.DRAFT:
            return await self.shown(case, press.at)
        if field is Field.STATION:
            return self._asked(case, field, press, guided=False)
        later = following(field, case) if guided else None
        if later is None:
            return await self.shown(case, press.at)
        return self._asked(case, later, press, guided=True)

    def _templates(self, topic: Topic) -> list[tuple[str, str]]:
        every = self._known().warnings.templates
        return [(each.id, each.label) for each in every if each.topic is topic]

    def _refused(self, done: Result, at: Moment) -> Told:
        known = {Kept.LIMIT: "warn_limit", Kept.CHANGED: "warn_quicker", Kept.REFUSED: "refused"}
        return self._said(known.get(done.kept, "warn_old"), at)

    def _said(self, key: str, at: Moment) -> Told:
        words = self._words(at)
        return Told((Reply(words.says(f"officer_{key}"), words.back()),))

    def _words(self, at: Moment) -> WarningWords:
        return WarningWords(self._known(), at.now)

    def _screens(self, at: Moment) -> DraftScreens:
        return DraftScreens(self._words(at))
