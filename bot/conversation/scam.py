"""Is this a scam? What stands in a doubtful message, and one of three honest verdicts.

A verdict never says that a message is genuine: scammers write better than we read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.conversation import ear
from bot.conversation.callers import ABROAD, HERE
from bot.conversation.exhibit import MASKED, MONEY, PERCENT, SOON, Exhibit, Reader
from bot.conversation.groups import Hits
from bot.conversation.lexicon import Lexicon
from bot.conversation.links import Kind, Link, Links, Registrable
from bot.conversation.matching import Matcher
from bot.conversation.signs import IS_FAKE, REFUSES, THIRD, Signs
from bot.conversation.tricks import ALIKE, SAME, Tricks, sketch
from bot.domain.heard import Guess
from bot.domain.scam import SCAM, Finding, Scams, Sighting, Trick, Verdict

# Groups that are read off the letters rather than listed.
READ = {
    "link": tuple(kind for kind in Kind if kind not in {Kind.MAIL, Kind.PACKAGE}),
    "link_gia": (Kind.FAKE,),
    "link_la": (Kind.STRANGE, Kind.ODD, Kind.BARE, Kind.SHORT, Kind.FAKE),
    "link_xau": (Kind.ODD, Kind.BARE, Kind.SHORT, Kind.FAKE),
    "link_rut_gon": (Kind.SHORT,),
    "link_tu_do": (Kind.OPEN,),
    "link_so": (Kind.BARE,),
    "link_duoi_la": (Kind.ODD,),
    "file_apk": (Kind.PACKAGE,),
    "so_nuoc_ngoai": (ABROAD,),
    "so_goi": (ABROAD, HERE),
    "so_che": (MASKED,),
    "tien": (MONEY,),
    "phan_tram": (PERCENT,),
    "gio_phut": (SOON,),
}
_BULLETIN = 2  # expressions about swindlers from which a message tells of a trick instead of trying one
_SLIGHT = 2  # most that slight signs weigh together: any invoice has two
_RESEMBLANCE = 2  # what being like a known trick weighs
# What a message weighs that sounds, to the model of citizens' questions, like people telling of one trick.
_SOUNDS = ((0.9, 3), (0.7, 2), (0.5, 1))
_LOUD, _LENT = 10, 4  # what the ear lends for each bit of what it heard, and at most
_CALM, _RELIEF = -0.1, 3  # from where on it takes some away, and how much
_UNHEARD = ("lua_dao.kiem_tra", "lua_dao.da_bi_lua", "lua_dao.to_giac", "lua_dao.giao_hang")
_BARELY = 0.2  # below this the ear has heard next to nothing
_COUNTED = 5  # domains of one message that are counted


def lesson(scams: Scams, lexicon: Lexicon, registrable: Registrable) -> ear.Ear:
    """What there is to learn from the samples."""
    reader = _reader(scams, lexicon, registrable, _signs(scams))
    texts = (scams.scam_samples, scams.genuine_samples)
    tricks, genuine = ([_spoken(reader.read(text)) for text in each] for each in texts)
    return ear.learn(tricks, genuine)


def _signs(scams: Scams) -> Signs:
    return Signs({**scams.groups, **READ}, scams.signs)


def _reader(scams: Scams, lexicon: Lexicon, registrable: Registrable, signs: Signs) -> Reader:
    links = Links(scams.webs, scams.brands, registrable)
    return Reader(lexicon, links, signs, str.maketrans(dict(scams.webs.twins)))


class Judge:
    """Judges messages by scams.yaml and by what was learnt from its samples. Pure, shared, never changed."""

    def __init__(
        self, scams: Scams, matcher: Matcher, registrable: Registrable, learnt: ear.Ear | None = None
    ) -> None:
        self._scams = scams
        self._ear = learnt or {}
        self._matcher = matcher
        self._shared = Counter(id_ for trick in scams.tricks.values() for id_ in trick.signs)
        self._intents = {trick.intent for trick in scams.tricks.values()} - set(_UNHEARD)
        self._signs = _signs(scams)
        self._reader = _reader(scams, matcher.lexicon, registrable, self._signs)
        self._tricks = Tricks(
            (trick, self._reader.read(text).words) for trick in scams.tricks.values() for text in trick.says
        )

    def judge(self, text: str) -> Finding:
        """The verdict on a message. `text` is redacted already."""
        return self.weighed(self._reader.read(text), self._matcher.guesses(text))

    def read(self, text: str) -> Exhibit:
        """The message as it is judged."""
        return self._reader.read(text)

    def weighed(self, exhibit: Exhibit, guesses: Sequence[Guess]) -> Finding:
        """The verdict on a message that was read; `guesses` are what a citizen who wrote it would mean."""
        told = max(map(_warnings, exhibit.hits))
        warning = told >= _BULLETIN
        found = frozenset().union(*(self._signs.found(hits, warning=warning) for hits in exhibit.hits))
        signs = tuple(sorted(found, key=lambda id_: (-self._scams.signs[id_].weight, id_)))
        near = None if warning or _all_own(exhibit.links) else self._tricks.nearest(exhibit.words)
        same = near is not None and near[1] >= SAME
        alike = near is not None and near[1] >= ALIKE
        sounds = 0 if told or REFUSES in exhibit.groups else self._sounds(guesses)
        weight = self._weight(signs) + max(_RESEMBLANCE * alike, sounds)
        heard = ear.heard(self._ear, *_spoken(exhibit))
        weight += self._lent(signs, heard, told=told > 0)
        if not signs and heard < _BARELY:  # what only sounds a little like it, and shows nothing
            weight = min(weight, SCAM - 1)
        if weight <= 0 and signs:  # a genuine voice takes slight signs away, and no others
            grave = self._scams.signs[signs[0]].weight > 1
            weight, signs = (1, signs) if grave else (0, ())
        clear = same or weight >= SCAM
        verdict = Verdict.SCAM if clear else Verdict.UNCLEAR if weight > 0 else Verdict.NO_SIGN
        trick = near[0] if near and alike and (same or _is_about(near[0], exhibit)) else None
        if clear and trick is None:
            trick = self._pointed_to(exhibit, signs, guesses)
        return Finding(verdict, signs, trick.id if trick else None, same, _sighting(exhibit))

    def _weight(self, signs: Sequence[str]) -> int:
        weights = [self._scams.signs[id_].weight for id_ in signs]
        return sum(each for each in weights if each > 1) + min(_SLIGHT, weights.count(1))

    def _lent(self, signs: Sequence[str], heard: float, *, told: bool) -> int:
        """What the ear adds or takes; nothing is taken from signs that stand, nothing added to warnings."""
        if heard <= _CALM and not any(self._scams.signs[id_].stands for id_ in signs):
            return -_RELIEF
        return 0 if told else min(_LENT, max(0, int(_LOUD * heard)))

    def _sounds(self, guesses: Sequence[Guess]) -> int:
        score = sum(guess.score for guess in guesses if guess.intent in self._intents)
        return next((weight for least, weight in _SOUNDS if score >= least), 0)

    def _pointed_to(self, exhibit: Exhibit, signs: Sequence[str], guesses: Sequence[Guess]) -> Trick | None:
        """The trick whose signs weigh most among those found; what the message sounds like weighs too."""
        weights = {
            id_: self._scams.signs[id_].weight / self._shared[id_] for id_ in signs if id_ in self._shared
        }

        def weight(trick: Trick) -> float:
            heard = sum(guess.score for guess in guesses if guess.intent == trick.intent)
            return sum(weights.get(id_, 0) for id_ in trick.signs) + 2 * heard

        likely = (trick for trick in self._scams.tricks.values() if _is_about(trick, exhibit))
        best = max(likely, key=weight, default=None)
        return best if best and weight(best) >= 1 else None


def _spoken(exhibit: Exhibit) -> ear.Message:
    return exhibit.standard, exhibit.hits[-1]


def _is_about(trick: Trick, exhibit: Exhibit) -> bool:
    return not trick.about or not exhibit.groups.isdisjoint(trick.about)


def _warnings(hits: Hits) -> int:
    return len({(hit.sentence, hit.start) for name in (THIRD, IS_FAKE) for hit in hits.get(name, ())})


def _all_own(links: Sequence[Link]) -> bool:
    """Whether every link leads to whom it names: a copy of a genuine notice is no scam."""
    return bool(links) and all(link.kind is Kind.OWN for link in links)


def _sighting(exhibit: Exhibit) -> Sighting:
    domains = dict.fromkeys(
        link.domain for link in exhibit.links if link.domain and link.kind not in {Kind.OWN, Kind.MAIL}
    )
    return Sighting(sketch(exhibit.words), tuple(domains)[:_COUNTED])
