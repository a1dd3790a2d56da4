"""What is shown of one's warnings: what a press would mean, how it stands, what can be changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.conversation.screens import MENU
from bot.conversation.subscribing import acts
from bot.conversation.subscribing.acts import choice
from bot.conversation.warnings import STOP
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.subscription import Outcome, ShowWarnings, Subscribed, Subscription, Unsubscribe
from bot.domain.warning import Topic

_SHOWN = 7  # stations offered at once


class Screens:
    """Builds them. `own` is the station of the talk, if it has one."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says, self._words = known, known.says, known.warnings.topics

    # -- before a press

    def asked(self, result: Subscribed, own: str | None) -> Reply:
        """The screen that was asked for; without a subscription, the way to one."""
        request, now = result.request, result.now
        about, topics = (request.about, request.topics) if isinstance(request, ShowWarnings) else ("", ())
        act, _, value = about.partition(":")
        named = value if act == acts.AT and value in self._known.stations else None
        if named and named not in now.stations:
            return self._joining(named, topics, result)
        if not now.live and act == acts.LESS and not topics:
            return self.over(stopped=False)
        if act == acts.WHERE or (not now.live and own not in self._known.stations):
            return self._which(now, topics)
        if not now.live:
            return self._joining(own or "", topics, result)
        if act == acts.MORE or (act != acts.LESS and not set(topics) <= set(now.topics)):
            return self._more(now, [each for each in topics if each not in now.topics])
        if act == acts.LESS:
            keys = [Button(self._words[each].label, choice(acts.OFF, each)) for each in now.topics]
            return Reply(self._held("subs_less", now), (*keys, self._stop(), self._menu()))
        if act == acts.FEWER:
            return Reply(self._held("subs_fewer", now), (*self._leaving(now), self._menu()))
        return self._standing("subs_now", result, own)

    def _joining(self, station: str, topics: Sequence[Topic], result: Subscribed) -> Reply:
        """What a press would mean, in full; who gets warnings of one station adds another to them."""
        return self._adding(station, result) if result.now.live else self._consent(station, topics, result)

    def _consent(self, station: str, topics: Sequence[Topic], result: Subscribed) -> Reply:
        text = _apart(
            self._says("subs_consent", station=self._station(station)), self._says("subs_means"),
            self._door(result),
        )  # fmt: skip
        others = [each for each in self._words if each not in topics]
        every = Button(self._says("button_subs_all"), choice(acts.ALL, station))
        keys = [*self._on(topics, station), every, *self._on(others, station)]
        if len(self._known.stations) > 1:
            keys.append(Button(self._says("button_subs_elsewhere"), choice(acts.WHERE)))
        return Reply(text, (*keys, Button(self._says("button_subs_no"), choice(acts.NO))))

    def _adding(self, station: str, result: Subscribed) -> Reply:
        now = result.now
        text = self._says("subs_add", station=self._station(station), topics=self.topics(now.topics))
        add = Button(self._says("button_subs_add"), choice(acts.ADD, station))
        return Reply(text, (add, Button(self._says("button_subs_no"), choice(acts.NO))))

    def _which(self, now: Subscription, topics: Sequence[Topic]) -> Reply:
        """The question for the station; the topics that were named go along."""
        stations = [each for each in self._known.stations.values() if each.id not in now.stations]
        also = [".".join(topics)] if topics else []
        keys = [Button(each.name, choice(acts.AT, each.id, *also)) for each in stations[:_SHOWN]]
        return Reply(self._says("subs_which"), (*keys, self._menu()))

    def _more(self, now: Subscription, first: Sequence[Topic]) -> Reply:
        """The topics not agreed to yet, those that were named first."""
        keys = self._further(now, first)
        if not keys:
            return Reply(self._held("subs_now", now), (self._stop(), self._menu()))
        return Reply(self._held("subs_more", now), (*keys, self._menu()))

    # -- after a press

    def subscribed(self, result: Subscribed, station: str, own: str | None) -> Reply:
        """What was agreed to; or why it could not be."""
        if result.outcome is Outcome.FULL:
            return Reply(self._held("subs_full", result.now), (*self._leaving(result.now), self._menu()))
        if (
            result.outcome is Outcome.NONE
        ):  # it was stopped meanwhile: there are no topics to add a station to
            return self._consent(station, (), result)
        done = self._standing("subs_done", result, own)
        further = self._further(result.now, ())
        if not further:
            return done
        # The other topics stand here too: one after the other can be pressed, each as a consent.
        keys = [each for each in done.buttons if each.choice != choice(acts.MORE)]
        return Reply(_apart(done.text, self._says("subs_further")), (*further, *keys))

    def fewer(self, request: Unsubscribe, result: Subscribed, own: str | None) -> Reply:
        """Without some topics or a station: what is left, and the way back."""
        left = self._standing("subs_now", result, own)
        if result.outcome is not Outcome.DONE:
            return left
        what = self.topics(request.topics) if request.topics else self._station(request.station)
        again = choice(acts.ADD, request.station)
        if request.topics:
            again = choice(acts.ON, self._first(result.now), request.topics[0])
        back = Button(self._says("button_subs_again"), again)
        keys = (back, *left.buttons) if len(request.topics) <= 1 else left.buttons
        return Reply(f"{self._says('subs_left', what=what)} {left.text}", keys)

    def over(self, *, stopped: bool) -> Reply:
        """Nothing is sent; with the way back, when it has just been stopped."""
        if stopped:
            undo = Button(self._says("button_subs_undo"), choice(acts.UNDO))
            return Reply(self._says("subs_stopped"), (undo, self._menu()))
        join = Button(self._says("button_subs_join"), choice(acts.MORE))
        return Reply(self._says("subs_none"), (join, self._menu()))

    def resumed(self, result: Subscribed, own: str | None) -> Reply:
        """As before the stop; or it was too long ago."""
        if result.outcome is not Outcome.NONE:
            return self._standing("subs_back", result, own)
        anew = self.asked(replace(result, request=ShowWarnings("")), own)
        return replace(anew, text=_apart(self._says("subs_late"), anew.text))

    def declined(self) -> Reply:
        """Nothing was agreed to."""
        return Reply(self._says("subs_no"), (self._menu(),))

    def _standing(self, key: str, result: Subscribed, own: str | None) -> Reply:
        """How it stands, and the ways on."""
        now, says, stations = result.now, self._says, self._known.stations
        ways = {
            acts.MORE: len(now.topics) < len(self._words),
            acts.LESS: len(now.topics) > 1,
            acts.WHERE: bool(set(stations) - set(now.stations)),
            acts.FEWER: len(now.stations) > 1,
        }
        keys = [Button(says(f"button_subs_{act}"), choice(act)) for act, so in ways.items() if so]
        if own and own in stations and own not in now.stations:
            keys.insert(0, Button(self._station(own), choice(acts.AT, own)))
        door = self._door(result) if isinstance(result.request, ShowWarnings) else ""
        return Reply(_apart(self._held(key, now), door), (*keys, self._stop(), self._menu()))

    # -- words and buttons

    def topics(self, topics: Iterable[Topic]) -> str:
        """Topics as they are named, in the order in which they are shown."""
        return named(self._known, topics)

    def _further(self, now: Subscription, first: Sequence[Topic]) -> list[Button]:
        """A button for each topic not agreed to yet, those that were named first, and one for all of them."""
        left = [*first, *(each for each in self._words if each not in (*now.topics, *first))]
        station = self._first(now)
        keys = self._on(left, station)
        if len(left) > 1:
            keys.insert(len(first), Button(self._says("button_subs_all"), choice(acts.ALL, station)))
        return keys

    def _on(self, topics: Iterable[Topic], station: str) -> list[Button]:
        return [Button(self._words[each].label, choice(acts.ON, station, each)) for each in topics]

    def _leaving(self, now: Subscription) -> list[Button]:
        return [Button(self._station(each), choice(acts.LEAVE, each)) for each in now.stations]

    def _held(self, key: str, now: Subscription) -> str:
        stations = ", ".join(map(self._station, now.stations))
        return self._says(key, topics=self.topics(now.topics), stations=stations)

    def _door(self, result: Subscribed) -> str:
        """What the door cannot do: not every one rings."""
        return self._known.texts.get(f"subs_at_{result.door}", "")

    def _first(self, now: Subscription) -> str:
        return next((each for each in now.stations if each in self._known.stations), "")

    def _station(self, station: str) -> str:
        place = self._known.stations.get(station)
        return place.name if place else self._says("remind_station")

    def _stop(self) -> Button:
        return Button(self._says("button_no_warnings"), STOP)

    def _menu(self) -> Button:
        return Button(self._says("button_menu"), MENU)


def named(known: Knowledge, topics: Iterable[Topic]) -> str:
    """Topics in a sentence, in the order in which they are shown."""
    some = set(topics)
    labels = [words.label for topic, words in known.warnings.topics.items() if topic in some]
    if len(labels) == len(known.warnings.topics):
        return known.says("subs_every")
    return ", ".join(label[:1].lower() + label[1:] for label in labels)


def _apart(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
