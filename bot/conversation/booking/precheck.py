"""A few taps before a seat is spent: which matter and case, which desk, whether one has to come at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation import errands
from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.screens import answer_choice
from bot.domain.answer import Body, Case
from bot.domain.draft import Draft
from bot.domain.errand import Errand
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.station import Service, Station

_STATIONS = 6  # offered at once


class Precheck:
    """Asks what the visit is for, by the case questions of the answers themselves. Pure."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._says = known.says

    def next(self, draft: Draft, station: Station, service: Service, day: date) -> tuple[Draft, Reply | None]:
        """The draft as far as it is known now, and what is asked next; nothing when one may go on."""
        if draft.checked:
            return draft, None
        matters = [id_ for id_ in service.checklist if errands.answer(self._known, id_, day)]
        errand = draft.errand or (Errand(matters[0]) if len(matters) == 1 else None)
        if errand is None:
            return (draft, self._matters(matters, service, day)) if matters else (_checked(draft), None)
        body = errands.body(self._known, errand, day)
        if body is None:
            return replace(_checked(draft), errand=None), None
        draft = replace(draft, errand=errand)
        if body.cases:
            return draft, self._case(body.cases[0], errand)
        return self._settled(draft, station, errand, body)

    def _settled(
        self, draft: Draft, station: Station, errand: Errand, body: Body
    ) -> tuple[Draft, Reply | None]:
        """The matter is plain: whether one has to come for it, to this station, to which desk."""
        if body.service is None:
            return draft, self._needless(errand, body)
        if station.service(body.service) is None:
            return draft, self.elsewhere(station, errand, body.service)
        draft = replace(draft, service=body.service)
        if body.instead:
            return draft, self._instead(errand, body.instead)
        return _checked(draft), None

    def told(self, draft: Draft, day: date) -> str:
        """What one comes for and what it takes: before a seat is spent, and only once."""
        if draft.told or not draft.checked or draft.errand is None or draft.moves:
            return ""
        body = errands.body(self._known, draft.errand, day)
        station = self._known.stations.get(draft.station or "")
        service = station.service(draft.service or "") if station else None
        if body is None or service is None:
            return ""
        matter = errands.label(self._known, draft.errand, day)
        lines = [self._says("book_errand", matter=matter, service=service.name)]
        if body.bring:
            listed = "\n".join(f"- {line}" for line in body.bring)
            lines.append(f"{self._says('head_bring')}\n\n{listed}")
        fees = [spell.text for spell in body.fee or () if spell.holds(day)]
        if len(fees) == 1:
            lines.append(f"{self._says('head_fee')} {fees[0]}")
        elif fees:
            lines.append("\n".join((f"{self._says('head_fee')}\n", *(f"- {fee}" for fee in fees))))
        if body.warn:
            lines.append(f"{self._says('head_warn')} {body.warn}")
        return "\n\n".join(lines)

    # -- questions

    def _matters(self, matters: list[str], service: Service, day: date) -> Reply:
        """Which matter of a service."""
        found = [answer for id_ in matters if (answer := errands.answer(self._known, id_, day))]
        buttons = [Button(each.label, choice(acts.FOR, each.intent)) for each in found]
        unsure = Button(self._says("button_book_unsure"), choice(acts.ANYWAY))
        return Reply(self._says("book_matter", service=service.name), (*buttons, unsure, self._stop()))

    def _case(self, case: Case, errand: Errand) -> Reply:
        """Which case of the matter."""
        buttons = [
            Button(option.label, choice(acts.FOR, Errand(errand.intent, (*errand.path, number))))
            for number, option in enumerate(case.options)
        ]
        unsure = Button(self._says("button_book_unsure"), choice(acts.ANYWAY))
        return Reply(f"**{case.ask}**", (*buttons, unsure, self._stop()))

    # -- ends without a seat

    def _instead(self, errand: Errand, instead: str) -> Reply:
        """It can be done without coming; one may come all the same."""
        anyway = Button(self._says("button_book_anyway"), choice(acts.ANYWAY))
        return Reply(self._says("book_instead", instead=instead), (self._how(errand), anyway, self._stop()))

    def _needless(self, errand: Errand, body: Body) -> Reply:
        """There is nothing to come for."""
        text = self._says("book_needless", short=body.short or "")
        anyway = Button(self._says("button_book_officer"), choice(acts.ANYWAY))
        return Reply(text, (self._how(errand), anyway, self._stop()))

    def elsewhere(self, station: Station, errand: Errand, service: str) -> Reply:
        """Another station has to be chosen, where there is one."""
        others = [each for each in self._known.stations.values() if each.service(service)]
        buttons = [Button(each.name, choice(acts.STATION, each.id)) for each in others[:_STATIONS]]
        key = "book_not_here" if others else "book_nowhere"
        return Reply(self._says(key, station=station.name), (*buttons, self._how(errand), self._stop()))

    def _how(self, errand: Errand) -> Button:
        return Button(self._says("button_book_how"), answer_choice(errand.intent, errand.path))

    def _stop(self) -> Button:
        return Button(self._says("button_book_stop"), choice(acts.NO))


def _checked(draft: Draft) -> Draft:
    return replace(draft, checked=True)
