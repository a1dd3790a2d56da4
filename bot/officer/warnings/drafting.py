"""A warning written in an officer's chat, a part at a time; kept from the first, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.officer.moments import moment
from bot.conversation.officer.warnings.course import CORRECT, TAKE_BACK
from bot.conversation.officer.warnings.drafting import (
    ALL,
    ANSWERS,
    COURSE,
    MORE,
    OWN,
    SKIP,
    SPANS,
    TYPED,
    DraftScreens,
)  # fmt: skip
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.knowledge import Knowledge
from bot.domain.message import Moment, Reply, Secret
from bot.domain.officer import Officer, Right, refused
from bot.domain.seat import LOCAL
from bot.domain.station import Station
from bot.domain.warning import LASTS, TEXT, TITLE, Bulletin, Case, Fault, State, Topic
from bot.domain.writing import Field, Writing
from bot.officer.press import Press
from bot.officer.warnings.told import Told, awaited
from bot.services.warnings import Bulletins, Result
from bot.store.warnings import Kept

_LONGEST = 2 * TEXT[1]  # characters of a part that are kept; what is too long is told as a fault
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
        changed = self._chosen(case, field, value, press)
        if changed is None:
            return await self.shown(case, press.at, self._words(press.at).says("officer_warn_old"))
        if field is Field.TEMPLATE:
            guided = True
        return await self._edited(press, case, field, changed, guided=guided)

    async def typed(
        self, press: Press, case: Case, writing: Writing, text: str, hidden: Collection[Secret]
    ) -> Told:
        """A part typed."""
        words, field = self._words(press.at), writing.field
        if hidden:  # the desk has masked it already: a warning with gaps helps nobody
            return self._again(case, writing, press, words.says("officer_warn_masked"))
        told = text.strip()
        note, changed = "", case.bulletin
        match field:
            case Field.TITLE:
                told = " ".join(told.split())
                note = _length(words, told, TITLE, "title")
                changed = replace(changed, title=told)
            case Field.TEXT:
                note = _length(words, told, TEXT, "text")
                changed = replace(changed, text=told)
            case Field.LINK | Field.PICTURE:
                told = told.split()[0] if told else ""
                told = told if "://" in told or not told else f"https://{told}"
                if not self._bulletins.is_official(told):
                    note = words.says("officer_warn_fault_link")
                changed = (
                    replace(changed, link=told) if field is Field.LINK else replace(changed, picture=told)
                )
            case Field.UNTIL:
                ends = moment(told, press.at.now, ends=True)
                if ends is None:
                    note = words.says("officer_warn_what_time")
                elif not press.at.now < ends <= press.at.now + LASTS:
                    note = words.says(
                        "officer_warn_fault_long" if ends > press.at.now else "officer_warn_fault_past"
                    )
                changed = replace(changed, expires=ends)
            case _:
                return await self.shown(case, press.at)
        if note:
            return self._again(case, writing, press, note)
        return await self._edited(press, case, field, changed, guided=writing.guided)

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

    def _again(self, case: Case, writing: Writing, press: Press, note: str) -> Told:
        return self._asked(case, writing.field, press, guided=writing.guided, note=note)

    def _chosen(self, case: Case, field: Field, value: str, press: Press) -> Bulletin | None:
        """The bulletin with what a button gives it; None for a button that is none of ours."""
        told, now = case.bulletin, press.at.now
        match field:
            case Field.LINK | Field.PICTURE if value == SKIP:
                return replace(told, link="") if field is Field.LINK else replace(told, picture="")
            case Field.UNTIL if value in SPANS:
                return replace(told, expires=_ends(value, now))
            case Field.URGENT | Field.DRILL if value in ANSWERS:
                yes = value == ANSWERS[0]
                return replace(told, urgent=yes) if field is Field.URGENT else replace(told, drill=yes)
            case Field.TOPIC if value in list(Topic):
                return replace(told, topic=Topic(value))
            case Field.STATION:
                return self._placed(told, value, press.officer, now)
            case Field.TEMPLATE if value == OWN:
                return told
            case Field.TEMPLATE:
                return self._templated(told, value)
        return None

    def _placed(self, told: Bulletin, value: str, officer: Officer, now: datetime) -> Bulletin | None:
        """With a station more or less; the last one stays."""
        if value == ALL and not officer.stations:
            return replace(told, stations=())
        if value not in {each.id for each in self.mine(officer, now)}:
            return None
        if value in told.stations:
            rest = tuple(each for each in told.stations if each != value)
            return replace(told, stations=rest or told.stations)
        return replace(told, stations=(*told.stations, value))

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
        following = _next(field, case) if guided else None
        if following is None:
            return await self.shown(case, press.at)
        return self._asked(case, following, press, guided=True)

    def _templates(self, topic: Topic) -> list[tuple[str, str]]:
        every = self._known().warnings.templates
        return [(each.id, each.label) for each in every if each.topic is topic]

    def _templated(self, told: Bulletin, id_: str) -> Bulletin | None:
        found = next((each for each in self._known().warnings.templates if each.id == id_), None)
        return replace(told, title=found.title, text=found.text, link=found.link) if found else None

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


def _next(field: Field, case: Case) -> Field | None:
    """What is asked for after a part, when it is written from the beginning; what is there is not asked for."""
    after = COURSE if field is Field.TEMPLATE else COURSE[COURSE.index(field) + 1 :]
    told = case.bulletin
    there = {
        Field.TITLE: bool(told.title), Field.TEXT: bool(told.text), Field.LINK: bool(told.link),
        Field.DRILL: told.corrects is not None,
    }  # fmt: skip
    return next((each for each in after if not there.get(each)), None)


def _ends(span: str, now: datetime) -> datetime:
    """`6h` from now, or the last minute of the day in `3d`."""
    count = int(span[:-1])
    if span.endswith("h"):
        return now + timedelta(hours=count)
    last = (now.astimezone(LOCAL) + timedelta(days=count)).replace(
        hour=23, minute=59, second=0, microsecond=0
    )
    return min(last, now + LASTS)


def _length(words: WarningWords, text: str, allowed: tuple[int, int], name: str) -> str:
    """What is wrong with the length of a part."""
    if allowed[0] <= len(text) <= allowed[1]:
        return ""
    return words.says(f"officer_warn_length_{name}", count=str(len(text)))
