"""The screens of a warning in the making: each part of it, the whole with its faults. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.conversation.officer.warnings.words import WarningWords
from bot.conversation.relaying import plain
from bot.domain.message import Button, Reply
from bot.domain.station import Station
from bot.domain.warning import BLANK, Bulletin, Case, Fault, Topic
from bot.domain.writing import Field

COURSE = (
    Field.TITLE, Field.TEXT, Field.LINK, Field.PICTURE, Field.UNTIL, Field.URGENT, Field.DRILL,
)  # fmt: skip
TYPED = frozenset({Field.TITLE, Field.TEXT, Field.LINK, Field.PICTURE, Field.UNTIL})
ALL = "all"  # every station of an officer, as a value of a button
SKIP, MORE, OWN = "none", "more", "own"
SPANS = ("6h", "0d", "3d", "7d")  # how long it is valid: hours, or to the end of a day to come
ANSWERS = ("yes", "no")
_CHOSEN = {Field.UNTIL: SPANS, Field.URGENT: ANSWERS, Field.DRILL: ANSWERS}
# Where each fault is mended. The link and the picture are told apart by their own faults.
MENDED = {
    Fault.TITLE: Field.TITLE, Fault.TEXT: Field.TEXT, Fault.LETTERS: Field.TEXT, Fault.SHOUTING: Field.TEXT,
    Fault.NO_EXPIRY: Field.UNTIL, Fault.PAST: Field.UNTIL, Fault.LONG: Field.UNTIL, Fault.LINK: Field.LINK,
    Fault.PICTURE: Field.PICTURE, Fault.LINK_INSIDE: Field.TEXT, Fault.STATIONS: Field.STATION,
}  # fmt: skip


class DraftScreens:
    """Asks for the parts of a warning, and shows what is there."""

    def __init__(self, words: WarningWords) -> None:
        self._words, self._says = words, words.says

    def topics(self, case: Case | None = None) -> Reply:
        """What it is about: of a new one, or of one that is there."""
        buttons = [
            Button(
                self._words.topic(topic),
                choice(acts.WARN_NEW, topic)
                if case is None
                else choice(acts.WARN_SET, case.id, case.version, Field.TOPIC, topic),
            )
            for topic in Topic
        ]
        return Reply(self._says("officer_warn_new"), (*buttons, *self._leaving(case)))

    def places(self, topic: Topic, stations: Sequence[Station], *, everywhere: bool) -> Reply:
        """For whom a new one is."""
        buttons = [Button(each.name, choice(acts.WARN_NEW, topic, each.id)) for each in stations]
        whole = "warn_all" if everywhere else "warn_mine"
        buttons.append(self._words.button(whole, acts.WARN_NEW, topic, ALL))
        return Reply(self._says("officer_warn_where"), (*buttons, *self._leaving(None)))

    def stations(self, case: Case, stations: Sequence[Station], *, everywhere: bool) -> Reply:
        """For whom one that is there shall be: each press adds or takes one away."""
        chosen = case.bulletin.stations
        buttons = [
            Button(
                self._says(f"button_officer_warn_{'less' if each.id in chosen else 'plus'}", name=each.name),
                choice(acts.WARN_SET, case.id, case.version, Field.STATION, each.id),
            )
            for each in stations
        ]
        if everywhere and chosen:
            buttons.append(
                self._words.button("warn_all", acts.WARN_SET, case.id, case.version, Field.STATION, ALL)
            )
        text = self._says("officer_warn_stations", where=self._words.where(chosen))
        return Reply(text, (*buttons, *self._leaving(case)))

    def templates(self, case: Case, templates: Sequence[tuple[str, str]]) -> Reply:
        """Ready words (id and label of each), or one's own."""
        first = choice(acts.WARN_SET, case.id, case.version, Field.TEMPLATE)
        buttons = [Button(label, f"{first}:{id_}") for id_, label in templates]
        own = self._words.button("warn_own", acts.WARN_SET, case.id, case.version, Field.TEMPLATE, OWN)
        return Reply(self._says("officer_warn_template"), (*buttons, own, *self._leaving(case)))

    def ask(self, case: Case, field: Field, *, guided: bool, note: str = "") -> Reply:
        """One part of it; `guided` goes on to the next one."""
        values = _CHOSEN.get(field, ())
        go = ("g",) if guided else ()
        buttons = [
            self._words.button(f"warn_{field}_{each}", acts.WARN_SET, case.id, case.version, field, each, *go)
            for each in values
        ]
        if field in {Field.LINK, Field.PICTURE}:
            label = "warn_skip" if guided else "warn_drop"
            buttons.append(self._words.button(label, acts.WARN_SET, case.id, case.version, field, SKIP, *go))
        text = self._says(f"officer_warn_ask_{field}")
        return Reply("\n\n".join(filter(None, (note, text))), (*buttons, *self._leaving(case)))

    def draft(self, case: Case, faults: Collection[Fault], note: str = "") -> Reply:
        """The whole of one's own draft: what is there, what is to be mended and where, what comes next."""
        parts = [note, self._parts(case)]
        if case.reason:
            parts.append(self._says("officer_warn_returned", reason=plain(case.reason)))
        if faults:
            lines = "\n".join(f"- {self._says(f'officer_warn_fault_{each}')}" for each in faults)
            parts.append(self._says("officer_warn_faults", lines=lines))
            fields = dict.fromkeys(field for each in faults for field in self._mended(each, case))
            first = [self._change(case, each) for each in fields]
            if {Fault.DEAD, Fault.DEAD_PICTURE} & set(faults):
                first = [*self._dropped(case, faults), *first, self._submit(case, "warn_again")]
        else:
            first = [
                self._words.button("warn_view", acts.WARN_VIEW, case.id),
                self._submit(case, "warn_submit"),
            ]
        more = self._words.button("warn_more", acts.WARN_SET, case.id, case.version, MORE)
        drop = self._words.button("warn_withdraw", acts.WARN_DO, case.id, case.version, "withdraw")
        return Reply("\n\n".join(filter(None, parts)), (*first, more, drop, *self._words.back()))

    def fields(self, case: Case) -> Reply:
        """Everything that can be changed."""
        fields = [Field.TITLE, Field.TEXT, Field.LINK, Field.PICTURE, Field.UNTIL, Field.URGENT]
        if case.bulletin.corrects is None:  # a correction goes where the first one went
            fields += [Field.DRILL, Field.TOPIC, Field.STATION]
        buttons = [self._change(case, each) for each in fields]
        return Reply(self._says("officer_warn_which"), (*buttons, *self._leaving(case)))

    def _parts(self, case: Case) -> str:
        told, words = case.bulletin, self._words
        missing = self._says("officer_warn_missing")
        nothing = self._says("officer_warn_nothing")
        return self._says(
            "officer_warn_draft",
            kind=self._says(f"officer_warn_{_kind(told)}"),
            topic=words.topic(told.topic), where=words.where(told.stations),
            title=plain(told.title) or missing, text=plain(told.text) or missing,
            link=plain(told.link) or nothing, picture=plain(told.picture) or nothing,
            until=words.until(told),
            urgent=self._says(f"officer_warn_urgent_{'yes' if told.urgent else 'no'}"),
        )  # fmt: skip

    def _mended(self, fault: Fault, case: Case) -> tuple[Field, ...]:
        if fault in {Fault.DEAD, Fault.DEAD_PICTURE}:
            return (Field.LINK if fault is Fault.DEAD else Field.PICTURE,)
        if fault is Fault.SHOUTING and case.bulletin.title.isupper():
            return (Field.TITLE,)
        if fault is Fault.BLANK:
            both = ((Field.TITLE, case.bulletin.title), (Field.TEXT, case.bulletin.text))
            return tuple(field for field, text in both if BLANK in text.lower())
        found = MENDED.get(fault)
        return (found,) if found else ()

    def _dropped(self, case: Case, faults: Collection[Fault]) -> list[Button]:
        both = ((Fault.DEAD, Field.LINK), (Fault.DEAD_PICTURE, Field.PICTURE))
        return [
            self._words.button(f"warn_drop_{field}", acts.WARN_SET, case.id, case.version, field, SKIP)
            for fault, field in both
            if fault in faults
        ]

    def _submit(self, case: Case, label: str) -> Button:
        return self._words.button(label, acts.WARN_DO, case.id, case.version, "submit")

    def _change(self, case: Case, field: Field) -> Button:
        return self._words.button(f"warn_change_{field}", acts.WARN_SET, case.id, case.version, field)

    def _leaving(self, case: Case | None) -> tuple[Button, ...]:
        if case is None:
            return (self._words.button("warn_leave", acts.WARNS),)
        return (self._words.button("warn_leave", acts.WARN, case.id),)


def _kind(told: Bulletin) -> str:
    return "correction" if told.corrects else "drill" if told.drill else "real"
