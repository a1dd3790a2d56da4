"""Whether a message is a place, or asks for the station of one. Other questions stay what they are."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.addresses import Addresses, Certainty, Finding
from bot.conversation.corrections import Turn
from bot.conversation.places import Gazetteer
from bot.conversation.placewords import may_be_name
from bot.conversation.spoken import Spoken
from bot.conversation.whereabouts import ABOUT, ADDRESS, ASKED, HOURS, OF_STATION, PHONE, PLACE
from bot.domain.heard import AnyHeard, Chose, Elsewhere, Guess, Meant, Named, Puzzled
from bot.domain.knowledge import Knowledge
from bot.domain.session import Session

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
        found = self._addresses.find(text, session.places, self._home(session))
        vague = isinstance(alone, Elsewhere) and alone.refusal in _SOME_OTHER
        unclear = vague or isinstance(alone, Puzzled)
        if found is None:
            lost = session.places and 1 < len(text.split()) <= _SHORT_ANSWER and unclear and may_be_name(text)
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

    def corrected(self, session: Session, turn: Turn) -> Named | Chose | None:
        """The place that is meant instead of the one on show, or the question for it when none is said."""
        talked = bool(session.places) or session.intent in ABOUT or _shown(session) is not None
        for text in turn.meant:
            found = self._addresses.find(text, session.places, self._home(session))
            if found is None or not found.whole or not found.refs:
                continue
            expected = talked and found.certainty is Certainty.EXACT
            if _is_place(found, confident=not expected and self._is_question(text)):
                asked = session.intent if session.intent in OF_STATION else ADDRESS
                close = found.certainty is Certainty.CLOSE and not found.placed
                return Named(places=found.refs, intent=asked or ADDRESS, close=close)
        refused = self._addresses.find(turn.refused, session.places) if turn.refused else None
        only_no = _shown(session) is not None and not (turn.meant or turn.refused)
        if only_no or (talked and refused and refused.whole and not turn.meant):
            return Chose(choice=f"{PLACE}:{ASKED}")
        return None

    def _is_question(self, text: str) -> bool:
        """Whether a text is known as a question that no place is part of."""
        best, few = self._best(text), len(text.split()) <= _FEW
        return best is not None and best.intent not in ABOUT and best.score >= (_PLAIN if few else self._sure)

    def _home(self, session: Session) -> str | None:
        """The province a name is looked for in first: that of the talk's station, or of the place on show."""
        places = self._addresses.places
        station = self._known.stations.get(session.station or "")
        if station:
            return places.province(station.province)
        shown = _shown(session)
        if shown is None or not places.knows(shown):
            return None
        return next((ref for ref in (shown, *sorted(places.areas(shown))) if ref[0] == "t"), None)

    def _asked_besides(self, found: Finding, alone: AnyHeard) -> str:
        """The question about a station or a merger beside a place; empty when it is another."""
        if isinstance(alone, Meant):
            return alone.intent if alone.intent in ABOUT else ""
        best = self._best(found.without) if len(found.rest) <= _STORY else None  # names hide what is asked
        return best.intent if best and best.intent in ABOUT and best.score >= self._sure else ""


def _shown(session: Session) -> str | None:
    """The place whose station is on show."""
    kind, _, ref = (session.trail or ("",))[-1].partition(":")
    return ref if kind == PLACE and ref != ASKED else None


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
