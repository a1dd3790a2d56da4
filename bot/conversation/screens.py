"""What one can look at: menu, topic, answer. Each has a choice that shows it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.conversation import wording
from bot.domain.answer import Answer, Body, Case, Freshness
from bot.domain.command import Facet
from bot.domain.errand import Errand
from bot.domain.handover import Reason
from bot.domain.knowledge import Knowledge, is_refusal, topic_of
from bot.domain.message import Button, Reply

MENU, BACK, HELP, NONE = "m", "b", "h", "n"
START = "start"  # `start:<station>`: a talk that begins at a station's poster
GUIDE = "guide"  # the flow of an intent that one is led through step by step
GREET = "greet"  # the flow of an intent that opens the talk instead of answering
PAGE = 7  # intents on one page of a topic
WAYS = 3  # ways on under an answer, beside its rating
FEW = 5  # buttons under an open question of a warning: what Zalo shows as buttons
ANSWERS = 1_024  # screens of answers kept
CHOICE_LIMIT = 64  # bytes; what Telegram carries in a button


@dataclass(frozen=True, slots=True)
class Screen:
    """A reply that can be shown again by its choice; `intent` is set for answers."""

    choice: str
    reply: Reply
    intent: str | None = None


def answer_choice(intent: str, path: tuple[int, ...] = ()) -> str:
    """The choice that shows an answer, after the options of `path`."""
    return f"a:{intent}" + (f":{'.'.join(map(str, path))}" if path else "")


class Screens:
    """Builds screens from content. `day` decides which fees and wordings are in force."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        services = [each for station in known.stations.values() for each in station.services]
        self._bookable = {each.id for each in services if each.checklist}
        self._at_home = {each.id for each in services if each.at_home}
        # An answer is the same all day; building it again costs as much as finding it.
        self.answer = lru_cache(maxsize=ANSWERS)(self._answer)

    def of(self, choice: str, day: date) -> Screen | None:
        """The screen a choice stands for, or None when the content no longer has it."""
        kind, _, rest = choice.partition(":")
        if choice == MENU:
            return self.menu()
        if kind == "t":
            topic, _, page = rest.partition(":")
            return self.topic(topic, int(page) if page.isdecimal() else 0)
        if kind == "a":
            intent, _, path = rest.partition(":")
            steps = tuple(int(step) for step in path.split(".") if step.isdecimal())
            return self.answer(intent, steps, day)
        return None

    def menu(self) -> Screen:
        """All topics."""
        buttons = [Button(title, f"t:{topic}") for topic, title in self._known.topics.items()]
        return Screen(MENU, Reply(self._known.says("menu"), tuple(buttons)))

    def topic(self, topic: str, page: int = 0) -> Screen | None:
        """The intents of a topic, a page at a time."""
        known = self._known
        ids = [id_ for id_ in known.answers if topic_of(id_) == topic]
        shown = ids[page * PAGE : (page + 1) * PAGE]
        if topic not in known.topics or not shown:
            return None
        buttons = [Button(known.answers[id_].title, answer_choice(id_)) for id_ in shown]
        if len(ids) > (page + 1) * PAGE:
            buttons.append(Button(known.says("button_more"), f"t:{topic}:{page + 1}"))
        buttons.append(Button(known.says("button_back"), BACK))
        text = known.says("topic", topic=known.topics[topic])
        return Screen(f"t:{topic}" + (f":{page}" if page else ""), Reply(text, tuple(buttons)))

    def _answer(
        self, intent: str, path: tuple[int, ...], day: date, facets: tuple[Facet, ...] = ()
    ) -> Screen | None:
        """An answer, with its open case question or with what people ask next."""
        known = self._known
        answer = known.answers.get(intent)
        if answer is None:
            return None
        if known.intents[intent].does == GREET:
            return Screen(MENU, replace(self.menu().reply, text=known.says("greeting")), intent)
        choice = answer_choice(intent, path)
        if answer.freshness(day) is Freshness.MUTED:
            person = Button(known.says("button_person"), answer_choice("tro_chuyen.gap_can_bo"))
            return Screen(choice, Reply(wording.muted(known, answer), (person,)), intent)
        body = answer.body(day, path)
        if body.cases:
            options = _options(body.cases[0], intent, path)
            # Somebody who was cheated already must not have to answer questions first.
            others = self.next(body.next)[: max(0, FEW - len(options))] if answer.lasting else []
            text = wording.opening(known, answer, body, day, facets)
            buttons = (*self._guide(intent, path), *options, *others)
            return Screen(choice, Reply(text, buttons, wording.links(answer)), intent)
        text = wording.full(known, answer, body, day)
        ways = (*self._booking(answer, path, body), *self.next(body.next))[:WAYS]
        return Screen(choice, Reply(text, (*ways, *self.rating(intent)), wording.links(answer)), intent)

    def assumed(self, screen: Screen, intent: str, path: tuple[int, ...], day: date) -> Screen:
        """The screen of a case that a message named: it says which, and leads to the others."""
        known, reply = self._known, screen.reply
        answer = known.answers[intent]
        labels = [
            cases[0].options[number].label
            for depth, number in enumerate(path)
            if (cases := answer.body(day, path[:depth]).cases)
        ]
        taken = known.says("case_taken", case=", ".join(labels))
        ground = wording.footnote(known, answer, answer.body(day, path), day)
        text = wording.above_ground(reply.text, taken, ground)
        other = Button(known.says("button_other_case"), answer_choice(intent))
        rating = len(self.rating(intent)) if not answer.body(day, path).cases else 0
        at = len(reply.buttons) - rating
        return replace(
            screen, reply=replace(reply, text=text, buttons=(*reply.buttons[:at], other, *reply.buttons[at:]))
        )

    def next(self, intents: tuple[str, ...] | None) -> list[Button]:
        """What people ask afterwards."""
        known = self._known
        return [
            Button(known.answers[id_].label, answer_choice(id_))
            for id_ in intents or ()
            if id_ in known.answers
        ]

    def _booking(self, answer: Answer, path: tuple[int, ...], body: Body) -> tuple[Button, ...]:
        """The way to a time at the station, where one can come for this."""
        if answer.lasting or body.service not in self._bookable:
            return ()
        label = self._known.says("button_home_here" if body.service in self._at_home else "button_book_here")
        return (Button(label, f"b:go:{Errand(answer.intent, path)}"),)

    def _guide(self, intent: str, path: tuple[int, ...]) -> tuple[Button, ...]:
        """The way into the guide of an intent."""
        guide = None if path else self._known.guide_of(intent)
        return (Button(self._known.says("button_guide"), f"g:{guide.id}:1"),) if guide else ()

    def ways_on(self, intent: str, path: tuple[int, ...], day: date) -> tuple[Button, ...]:
        """What can be pressed under an answer: the options of its open question, or a rating."""
        answer = self._known.answers[intent]
        cases = answer.body(day, path).cases
        return _options(cases[0], intent, path) if cases else self.rating(intent)

    def rating(self, intent: str) -> tuple[Button, ...]:
        """The two buttons that tell us whether an answer helped; chit-chat and refusals are not rated."""
        if topic_of(intent) == "tro_chuyen" or is_refusal(intent):
            return ()
        says = self._known.says
        return (Button(says("button_useful"), f"u:{intent}"), Button(says("button_wrong"), f"w:{intent}"))

    def elsewhere(self) -> tuple[Button, ...]:
        """Ways on when there is no answer: all topics, a person."""
        says = self._known.says
        return (
            Button(says("button_menu"), MENU),
            self.person(),
        )

    def person(self, reason: Reason = Reason.ASKED) -> Button:
        """The way to an officer, and why."""
        asked = answer_choice("tro_chuyen.gap_can_bo")
        return Button(
            self._known.says("button_person"), asked if reason is Reason.ASKED else f"k:ask:{reason}"
        )

    def has_case(self, intent: str, day: date) -> bool:
        """Whether the answer to an intent begins with a question back."""
        answer = self._known.answers.get(intent)
        return bool(answer and answer.freshness(day) is not Freshness.MUTED and answer.body(day).cases)

    def suggestions(self, intents: tuple[str, ...]) -> tuple[Button, ...]:
        """Buttons for intents one is unsure about, with their full titles."""
        known = self._known
        return tuple(
            Button(known.answers[id_].title, answer_choice(id_)) for id_ in intents if id_ in known.answers
        )


def _options(case: Case, intent: str, path: tuple[int, ...]) -> tuple[Button, ...]:
    return tuple(
        Button(option.label, answer_choice(intent, (*path, number)))
        for number, option in enumerate(case.options)
    )
