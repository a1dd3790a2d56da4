"""Whether a message is a place, or asks for the station of one. Other questions stay what they are."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.addresses import Addresses, Certainty, Finding
from bot.conversation.places import Gazetteer
from bot.conversation.spoken import Spoken
from bot.conversation.whereabouts import ABOUT, ADDRESS, HOURS, PHONE
from bot.domain.heard import AnyHeard, Elsewhere, Guess, Meant, Named, Puzzled
from bot.domain.knowledge import Knowledge

_SOME_OTHER = ("oos.chung", "oos.chuyen_khac")  # what the matcher makes of the name of a place
_FEW = 2  # words that are too few for an answer, unless somebody taught just them
_VERBATIM = 0.985
_KIND = 2  # words for a kind of place: thị trấn
_SHORT_ANSWER = 5  # words of an answer to "which commune?"
_PLAIN = 0.9  # confidence of a question that is about something else
_LONGEST = 60  # words of a message that may still be about a place
_STORY = 22  # words besides a place from which a message is a story


class Naming:
    """Hears places. `best` is the matcher's best guess for a text, `sure` its score from which it is one."""

    def __init__(
        self, known: Knowledge, places: Gazetteer, best: Callable[[str], Guess | None], sure: float
    ) -> None:
        self._known = known
        self._addresses = Addresses(places)
        self._best = best
        self._sure = sure

    def heard(self, message: Spoken, alone: AnyHeard) -> Named | None:
        """The place of a message; `alone` is what it means as a question, without the talk."""
        session, text = message.session, message.text
        if text.count(" ") > _LONGEST or (not session.places and _is_other_matter(alone)):
            return None
        station = self._known.stations.get(session.station or "")
        home = self._addresses.places.province(station.province) if station else None
        found = self._addresses.find(text, session.places, home)
        vague = isinstance(alone, Elsewhere) and alone.refusal in _SOME_OTHER
        unclear = vague or isinstance(alone, Puzzled)
        if found is None:
            lost = session.places and 1 < len(text.split()) <= _SHORT_ANSWER and unclear
            return Named(places=(), intent=ADDRESS) if lost else None
        if found.whole:
            few = len(text.split()) <= _FEW and message.judged.nearest < _VERBATIM
            confident = not (unclear or few)
            # Nobody asked "which commune?" answers with a known question that happens to hold a name.
            asked = session.places and not (confident and not (found.clear or found.located))
            if not asked and not _is_place(found, confident=confident):
                return None
            intent = _asked_of(found)
        elif _is_clear(found):
            intent = self._asked_besides(found, alone)
        else:
            return None
        close = found.certainty is Certainty.CLOSE and not found.placed
        return Named(places=found.refs, intent=intent, close=close) if intent else None

    def _asked_besides(self, found: Finding, alone: AnyHeard) -> str:
        """The question about a station or a merger beside a place; empty when it is another."""
        if isinstance(alone, Meant):
            return alone.intent if alone.intent in ABOUT else ""
        best = self._best(found.without) if len(found.rest) <= _STORY else None  # names hide what is asked
        return best.intent if best and best.intent in ABOUT and best.score >= self._sure else ""


def _is_other_matter(alone: AnyHeard) -> bool:
    """Whether a message is so plainly another question that a name in it is not what is asked about."""
    return isinstance(alone, Meant) and alone.intent not in ABOUT and alone.guesses[0].score >= _PLAIN


def _is_clear(found: Finding) -> bool:
    """Whether a commune is named beyond doubt among other words."""
    exact = found.certainty is Certainty.EXACT and found.refs[0][0] in "co"
    return exact and found.clear and not found.ordinary


def _is_place(found: Finding, *, confident: bool) -> bool:
    """Whether a message of nothing but a name means a place. `confident`: it is a known question."""
    if found.certainty is not Certainty.EXACT and confident and not (found.kind and len(found.rest) <= _KIND):
        return False
    if "cong an tinh" in found.said and found.refs[:1] and found.refs[0][0] in "kt":
        return False  # the police of a province has a building of its own
    return found.clear or (not found.ordinary and (found.located or not confident))


def _asked_of(found: Finding) -> str:
    """What is asked about a place when nothing but words around it stand beside it."""
    if any(word in found.said for word in ("dien thoai", "sdt", "dt", "hotline", "so may", "lien he")):
        return PHONE
    if any(word in found.said for word in ("may gio", "gio lam", "gio giac", "mo cua", "gio tiep", "lich")):
        return HOURS
    return ADDRESS
