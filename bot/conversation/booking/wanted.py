"""A booking in one sentence: "đặt lịch làm căn cước cho mẹ tôi sáng thứ 3 tuần sau ở Mai Phụ"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time

from bot.conversation import errands
from bot.conversation.booking.wishing import hoped
from bot.conversation.placewords import kind_of
from bot.conversation.text import fold
from bot.conversation.times.wishes import when
from bot.domain.answer import Body
from bot.domain.errand import Errand
from bot.domain.heard import Elsewhere, Guess, Meant, Wants
from bot.domain.knowledge import REFUSAL, Knowledge, is_refusal, topic_of
from bot.domain.station import Station

Sought = Wants | Meant | Elsewhere
PathOf = Callable[[str, str, date], tuple[int, ...]]
_SURE = 0.2  # of a matter from which on its service is taken
_CLEAR = 0.5  # of a matter from which on nobody is asked which one
_FOREIGN = 0.95  # of a matter of others from which on it is refused, if …
_FEW = 5  # … hardly anything else is said
_PLAIN = 0.8  # of a matter without a service from which on it is that which is asked about
_ANYWHERE = frozenset({"dat_lich", "tru_so", "tro_chuyen", REFUSAL})  # topics that are no matter to come for
_BOOKING = re.compile(
    r"\b(?:dat|dang ky|xin|lay|bat|book|giu|chon)?\s*(?:giup|ho|dum|cho)?\s*"
    r"(?:lich hen|lich|hen|cho ngoi|slot|so thu tu)\b"
)
_MANY = re.compile(
    r"\b(?P<count>[2-6]|hai|ba|bon|nam|sau) (?:nguoi|me con|bo con|vo chong|chi em|anh em|ong ba|dua)\b"
)
_COUNTS = {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6}
_SELF = re.compile(r"\bcho (?:toi|tui|em|minh|chau|con)(?! (?:trai|gai|nho|be|ut|dau|re|cai|chau))\b")
_OLD = re.compile(
    r"\b(?:me|bo|ba|ma|ong|ba noi|ba ngoai|mu|o|ba me|cu)(?: (?:toi|tui|em|con|chau|minh|ca|gia))\b"
)
_CHILD = re.compile(r"\bcho (?:(?:con|chau) (?:trai|gai|nho|be|ut)|be|dua nho|thang (?:cu|nho)|con be)\b")
_GROWN = re.compile(  # says who comes, and nothing about the matter; of a child it does
    r"\b(?:(?:giup|ho|dum|gium) )?(?:cho )?(?:me|bo|ba|ma|ong|mu|o|cu|vo|chong)(?: (?:ba|noi|ngoai|me))?"
    r" (?:toi|tui|em|minh|nha toi)\b|\bcho (?:toi|tui|em|minh)(?! (?:trai|gai|be|ut))\b"
)
_FRAIL = re.compile(
    r"\b(?:gia yeu|khuyet tat|mang thai|co bau|bau bi|xe lan|om yeu|benh nang|sinh con nho|be con nho)\b"
)
_BESIDE = frozenset(
    """
    lam o tai ve viec thu tuc cong an xa phuong ra den len di muon can
    cho toi tui em e minh mk con chau bac co chu me bo ba ong cai cay mot giup ho duoc dc khong ko k a
    nhe nha voi
""".split()
)


_ASKED = re.compile(
    r"\b(?:dat (?:lich|hen|cho)|(?:xin|muon|can|cho \w+(?: \w+)?) hen|book (?:lich|hen)|"
    r"hen (?:lich|gio|ngay))\b"
)
_OTHER = re.compile(
    r"\b(?:(?:huy|doi|xem|hoan|lui|mat|lo) (?:lich|hen|gio|ngay|buoi|cuoc)|co can|co phai|co bat buoc)\b"
)


def asks(folded: str) -> bool:
    """Whether a message without marks asks for a booking in plain words, not about one."""
    return bool(_ASKED.search(folded)) and not _OTHER.search(folded)


class Sentences:
    """Reads bookings. `best` gives the likeliest intents of a text, `path` the case it names."""

    def __init__(self, known: Knowledge, best: Callable[[str], tuple[Guess, ...]], path: PathOf) -> None:
        self._known, self._best, self._path = known, best, path
        self._matters = {
            intent
            for station in known.stations.values()
            for service in station.services
            for intent in service.checklist
        }
        self._names = {
            station.id: [
                re.compile(rf"\b{re.escape(fold(kind_of(name[:1].upper() + name[1:])[1]))}\b")
                for name in (station.commune, *station.formerly)
            ]
            for station in known.stations.values()
        }

    def wants(self, text: str, intent: str, guesses: tuple[Guess, ...], day: date) -> Sought:
        """What a message that asks for a booking says of it; the matter itself when no station serves it."""
        if _OTHER.search(fold(text)):  # a question about booking
            return Wants(intent=intent, guesses=guesses)
        wish = when(text, day, time())
        rest = fold(wish.rest(text) if wish else text)
        matter = _GROWN.sub(" ", _BOOKING.sub(" ", rest))
        unserved = self._unserved(matter, day)
        if unserved and is_refusal(unserved):
            return Elsewhere(refusal=unserved, guesses=guesses)
        if unserved:
            return Meant(intent=unserved, guesses=guesses)
        station = self.station(rest)
        service = self._called(matter, station)
        errand = None
        if service is None:
            service, errand = self._errand(matter, day)
        return Wants(
            intent=intent,
            guesses=guesses,
            station=station.id if station else None,
            service=service,
            errand=errand,
            people=_people(rest),
            priority=_priority(rest),
            when=hoped(wish, day),
        )

    def station(self, folded: str) -> Station | None:
        """The one station whose commune, of today or before, is named."""
        named = [id_ for id_, names in self._names.items() if any(name.search(folded) for name in names)]
        return self._known.stations[named[0]] if len(named) == 1 else None

    def _unserved(self, text: str, day: date) -> str | None:
        """The matter of a text that is plainly one for which nobody can come here.

        A matter that only one of its cases is served here (a lost passport, but no new one) tells so itself.
        """
        best = next(iter(self._best(text)), None)
        if best is None or best.score < _PLAIN or topic_of(best.intent) in _ANYWHERE:
            said = len([word for word in text.split() if word not in _BESIDE])
            refused = best and is_refusal(best.intent) and best.score >= _FOREIGN and 0 < said <= _FEW
            return best.intent if best and refused else None
        answer = self._known.answers.get(best.intent)
        if answer is None or best.intent in self._matters:
            return None
        body = errands.body(self._known, Errand(best.intent, self._path(best.intent, text, day)), day)
        return None if body and body.service else best.intent

    def _called(self, matter: str, station: Station | None) -> str | None:
        """The one service that is called by its name, or a part of it ("cư trú"), with nothing else said."""
        for names in self._names.values():
            for name in names:
                matter = name.sub(" ", matter)
        said = set(re.findall(r"\w+", matter)) - _BESIDE
        found = {
            each.id: each.at_home
            for place in ((station,) if station else self._known.stations.values())
            for each in place.services
            if said and said <= set(re.findall(r"\w+", fold(each.name)))
        }
        seated = [id_ for id_, at_home in found.items() if not at_home] or list(found)
        return seated[0] if len(seated) == 1 else None

    def _errand(self, text: str, day: date) -> tuple[str | None, Errand | None]:
        """What the likeliest matter is served by; and the very matter and case, if it is clear."""
        for guess in self._best(text):
            answer = self._known.answers.get(guess.intent)
            service = next(services(answer.variants[0].body), None) if answer else None
            if service and guess.score >= _SURE:
                clear = guess.score >= _CLEAR and guess.intent in self._matters
                return service, Errand(guess.intent, self._path(guess.intent, text, day)) if clear else None
        return None, None


def _people(folded: str) -> int | None:
    """How many come: as many as were counted, one if one person was named."""
    many = _MANY.search(folded)
    if many:
        return _COUNTS.get(many["count"], 0) or int(many["count"])
    return 1 if any(named.search(folded) for named in (_SELF, _OLD, _CHILD)) else None


def _priority(folded: str) -> bool | None:
    """Whether somebody goes before; None when it has to be asked."""
    if _FRAIL.search(folded):
        return True
    return False if not _OLD.search(folded) and (_SELF.search(folded) or _CHILD.search(folded)) else None


def services(body: Body) -> Iterator[str]:
    """The services an answer or its cases name."""
    if body.service:
        yield body.service
    for case in body.cases or ():
        for option in case.options:
            yield from services(option.body)
