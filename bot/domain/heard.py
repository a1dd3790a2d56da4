"""What was understood of one message: the things a citizen can have said."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.command import Command, Facet
from bot.domain.draft import ANY_TIME, When
from bot.domain.errand import Errand
from bot.domain.message import Kind, Secret
from bot.domain.place import Spot
from bot.domain.scam import Finding
from bot.domain.warning import Topic


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent and how sure the matcher is of it, from 0 to 1."""

    intent: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Common to all: which private data was taken out on the way in, and what came along with the words."""

    withheld: frozenset[Secret] = field(default=frozenset())
    beside: Kind = Kind.WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(Heard):
    """Somebody needs help now. `kind` names the entry of urgent.yaml, `intent` the answer it belongs to."""

    kind: str
    intent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chose(Heard):
    """A button was pressed, or its number or label typed."""

    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Heard):
    """A word about the talk (menu, back, …) or a question about part of the last answer."""

    what: Command | Facet


@dataclass(frozen=True, slots=True)
class Question:
    """One question of several: its intent, the case it names, the parts of an answer it asks for."""

    intent: str
    path: tuple[int, ...] = ()
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant(Heard):
    """A question whose intent is sure.

    `path` are the options of the case that was named, `facets` the parts of an answer that were asked for.
    `others` are further questions of the same message; `left` the intents of those too many for one reply.
    `told` is what was found in a trick that somebody told of and asked about.
    """

    intent: str
    path: tuple[int, ...] = ()
    facets: tuple[Facet, ...] = ()
    others: tuple[Question, ...] = ()
    left: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()
    told: Finding | None = None

    @property
    def also(self) -> tuple[str, ...]:
        """The intents of the further questions."""
        return tuple(question.intent for question in self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzled(Heard):
    """Not sure. With guesses (three at most) one asks which; without, one says so. `told` as in `Meant`."""

    guesses: tuple[Guess, ...] = ()
    told: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere(Heard):
    """A matter of another office; `refusal` is the `oos.<class>` that names it."""

    refusal: str
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed(Heard):
    """No words at all: a sticker, a voice message, a photo without a line under it."""

    kind: Kind
    spot: Spot | None = None  # where a shared location lies


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Heard):
    """A place was named: an answer to "which commune?", or a question about the station there.

    `places` are references of `conversation.places`, most likely first; none when no place has that name, and
    `close` when it was written only nearly so. `intent` is what is asked about it.
    """

    places: tuple[str, ...]
    intent: str
    close: bool = False
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted(Heard):
    """A message of somebody else, pasted or forwarded to have it judged."""

    finding: Finding
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants(Heard):
    """A time at the station is asked for; what was not said is None.

    What `goes_on` fills in the booking in the making and begins no other.
    """

    intent: str
    station: str | None = None
    service: str | None = None
    errand: Errand | None = None
    people: int | None = None
    priority: bool | None = None
    when: When = ANY_TIME
    goes_on: bool = False
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Heard):
    """A visit that is booked shall be at another time, or not be (`seeks`: MOVE, CANCEL).

    `code` is named, or `of` (ISO) are the days of the one that is meant; `when` it would suit better, or by
    how many days and minutes `later` (earlier, below 0). `phone` is what was written beside a code.
    """

    intent: str
    seeks: str
    code: str = ""
    phone: str = ""
    of: tuple[str, ...] = ()
    when: When = ANY_TIME
    later: tuple[int, int] = (0, 0)
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gave(Heard):
    """What a booking asked for: a name, a phone (E.164), a booking code, the hamlet where somebody lives.

    `wrong` if digits are no phone.
    """

    name: str = ""
    phone: str = ""
    code: str = ""
    place: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks(Heard):
    """A letter is to be checked: six characters of its code, the year of birth (0: not said yet).

    `wrong` if what was typed is no code, or no year.
    """

    code: str = ""
    year: int = 0
    wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows(Heard):
    """Warnings are wanted, or (`ends`) no more; of the `topics` that were named, or only `partly` no more.

    `station` is the one that was named.
    """

    intent: str
    ends: bool = False
    station: str | None = None
    topics: tuple[Topic, ...] = ()
    partly: bool = False
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Links(Heard):
    """The doors of one person: the ten characters of a `code` that ties two, `wrong` if it is none of ours.

    A code that was `given` by somebody, forwarded, is not told. Without one they are to be seen; or one of
    them is to be left (`leaves`), the one that is `here`.
    """

    intent: str
    code: str = ""
    wrong: bool = False
    given: bool = False
    leaves: bool = False
    here: bool = False
    guesses: tuple[Guess, ...] = ()


AnyHeard = (
    Checks
    | Follows
    | Links
    | Changes
    | Gave
    | Wants
    | Doubted
    | Urgent
    | Chose
    | Said
    | Meant
    | Puzzled
    | Elsewhere
    | Handed
    | Named
)
