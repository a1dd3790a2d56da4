"""One message from understanding to everything that comes of it. Nothing is kept or sent here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import handing
from bot.content.edition import Edition
from bot.conversation.days import local_day
from bot.conversation.pasted import CHECK
from bot.conversation.showing import offered
from bot.conversation.tracing import trace
from bot.domain.delivery import STALE
from bot.domain.handover import Handover, Stage
from bot.domain.heard import (
    AnyHeard,
    Changes,
    Chose,
    Doubted,
    Elsewhere,
    Follows,
    Handed,
    Links,
    Meant,
    Named,
    Puzzled,
    Urgent,
    Wants,
)
from bot.domain.message import Incoming, Kind, Moment, Reply
from bot.domain.radar import Trace
from bot.domain.scam import Sighting
from bot.domain.session import Session
from bot.domain.step import Rate, Step
from bot.handing import CarryOut

ROUNDS = 3  # requests one message may lead to
A_MINUTE = 40  # messages of one person that get a full answer within a minute
QUIET = timedelta(minutes=30)  # after an officer wrote by hand
ACTS = 8  # messages that led to something, remembered by a talk


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of a message. `outcome` and `intent` are for logs and counts: ids, never words."""

    session: Session
    replies: tuple[Reply, ...]
    outcome: str
    intent: str | None
    counts: Counter[str]
    unclear: str | None
    sighting: Sighting | None = None
    trace: Trace | None = None


async def take(  # noqa: PLR0913, PLR0917 - a message, and all it is answered from
    edition: Edition,
    session: Session,
    incoming: Incoming,
    at: Moment,
    act: CarryOut,
    handover: Handover | None = None,
) -> Turn:
    """Understand and answer one message; `act` carries out what the talk asks for.

    While a `handover` is under way an officer answers; while it waits, they are to read what is written.
    """
    if incoming.kind is Kind.OFFICER:
        until = int((at.now + QUIET).timestamp())
        return _silent(replace(session, quiet_until=until), "officer")
    if incoming.kind is Kind.JOINED and session.greeted and _lately(session, at.now):
        return _silent(_paced(session, at.now), "joined_again")
    session = _resumed(session, at.now)
    heard = _heard(edition, session, incoming, at)
    session = _paced(session, at.now)
    ours = isinstance(heard, Urgent) or edition.dialogue.is_ours(heard)
    silent = None if isinstance(heard, Urgent) else _unanswered(edition, session, at, ours=ours)
    if silent:
        return silent
    if handover and handover.stage is Stage.TAKEN and not ours:
        passed = await handing.with_officer(edition, session, incoming, at, act)
        if passed:
            outcome = "hung_up" if not passed.session.handover else "with_officer"
            return replace(_silent(passed.session, outcome), replies=passed.replies)
        handover = None  # it has ended in this moment
    step = _step(edition, session, heard, incoming, at)
    outcome, intent = _outcome(heard, step)
    counts = Counter({f"outcome|{outcome}": 1, f"door|{incoming.address.channel}": 1})
    if intent:
        counts[f"intent|{intent}"] += 1
        if step.session.station in edition.known.stations:
            counts[f"at|{step.session.station}|{intent}"] += 1
    step = await _carried(edition, step, incoming, at, act, counts)
    step = await handing.told_officers(edition, step, heard, incoming, at, act, handover)
    unclear = incoming.text if isinstance(heard, Puzzled) and _may_be_kept(session, incoming) else None
    counts.update(_doubts(heard))
    sighting = heard.finding.sighting if isinstance(heard, Doubted) else None
    left = trace(edition.known, heard, step.session.station, at.now)
    return Turn(step.session, step.replies, outcome, intent, counts, unclear, sighting, left)


def _unanswered(edition: Edition, session: Session, at: Moment, *, ours: bool) -> Turn | None:
    """What comes of a message that is not read: an officer writes by hand, or they come too fast.

    `ours`: it is for us, whoever writes.
    """
    if session.quiet_until > at.now.timestamp() and not ours:
        return _silent(session, "with_officer")
    if session.pace[1] > A_MINUTE:
        step = edition.dialogue.slowed(session)
        return Turn(step.session, step.replies, "slowed", None, Counter({"outcome|slowed": 1}), None)
    return None


async def _carried(  # noqa: PLR0913, PLR0917 - a step, and all it is carried out by
    edition: Edition, step: Step, incoming: Incoming, at: Moment, act: CarryOut, counts: Counter[str]
) -> Step:
    """The step after everything it asked for is done, with all replies."""
    replies = step.replies
    for _ in range(ROUNDS):
        if step.request is None:
            break
        if isinstance(step.request, Rate):
            counts[f"rated|{step.request.intent}|{step.request.rating}"] += 1
        result = await act(step.request)
        if result is None:
            break
        step = _acted(edition.dialogue.concluded(step.session, result, at), incoming)
        replies = (*replies, *step.replies)
    return replace(step, replies=replies)


def _doubts(heard: AnyHeard) -> Counter[str]:
    """What is counted of a doubtful message: its verdict, and the trick it is."""
    if not isinstance(heard, Doubted):
        return Counter()
    trick = [f"trick|{heard.finding.trick}"] if heard.finding.trick else []
    return Counter([f"scam|{heard.finding.verdict}", *trick])


def by_officer(step: Step) -> Turn:
    """The turn of an officer's command: nothing of it is counted as a citizen's."""
    return Turn(step.session, step.replies, "officer", None, Counter({"outcome|officer": 1}), None)


def beside(taken: Turn, step: Step, note: Reply) -> Turn:
    """An officer's words that may be a cry for help too: what helps first, then why it is said."""
    both = offered(taken.session, (*taken.replies, note, *step.replies))
    return replace(taken, session=both.session, replies=both.replies)


def shut(session: Session, replies: tuple[Reply, ...]) -> Turn:
    """The turn of a message that came to a door that is closed."""
    return Turn(session, replies, "shut", None, Counter({"outcome|shut": 1}), None)


def failed(session: Session, sorry: Reply) -> Turn:
    """The turn of a message that broke us."""
    return Turn(session, (sorry,), "failed", None, Counter({"outcome|failed": 1}), None)


def _silent(session: Session, outcome: str) -> Turn:
    """A message that is not answered, because a person does."""
    return Turn(session, (), outcome, None, Counter({f"outcome|{outcome}": 1}), None)


def _heard(edition: Edition, session: Session, incoming: Incoming, at: Moment) -> AnyHeard:
    if incoming.choice is not None:
        return Chose(choice=incoming.choice, withheld=incoming.withheld)
    if incoming.kind is not Kind.WORDS and not incoming.text:
        return Handed(kind=incoming.kind, spot=incoming.spot, withheld=incoming.withheld)
    heard = edition.understanding.understand(
        incoming.text, session, incoming.withheld, local_day(at), forwarded=incoming.forwarded
    )
    return replace(heard, beside=incoming.kind) if incoming.kind is not Kind.WORDS else heard


def _step(edition: Edition, session: Session, heard: AnyHeard, incoming: Incoming, at: Moment) -> Step:
    """One step of the talk, unless it has no place here."""
    dialogue = edition.dialogue
    if incoming.edited and incoming.origin in session.acts and not isinstance(heard, Urgent):
        return dialogue.done_already(session)
    if incoming.public and dialogue.is_private(heard):
        return dialogue.in_private(session)
    return dialogue.step(session, heard, at)


def _acted(step: Step, incoming: Incoming) -> Step:
    """The step, remembering that this message led to something."""
    if incoming.origin is None:
        return step
    acts = (*step.session.acts, incoming.origin)[-ACTS:]
    return replace(step, session=replace(step.session, acts=acts))


def _lately(session: Session, now: datetime) -> bool:
    """Whether something was heard in this talk a short while ago."""
    return now.timestamp() - 60 * session.pace[0] < STALE.total_seconds()


def _resumed(session: Session, now: datetime) -> Session:
    """The session without what nobody comes back to: a booking may hold a name, a question a code."""
    open_ = session.draft or session.letter
    return replace(session, draft=None, letter=None) if open_ and not _lately(session, now) else session


def _may_be_kept(session: Session, incoming: Incoming) -> bool:
    """Whether a question may be kept for officers: no talk of many, nothing that may be somebody's name."""
    asked = session.letter is not None or (session.draft is not None and session.draft.asks is not None)
    return not (incoming.public or asked)


def _paced(session: Session, now: datetime) -> Session:
    """The session with this message counted in its minute."""
    minute = int(now.timestamp()) // 60
    before = session.pace[1] if session.pace[0] == minute else 0
    return replace(session, pace=(minute, before + 1))


_MEANT: dict[type[AnyHeard], str] = {
    Urgent: "urgent", Meant: "answer", Named: "place", Wants: "book", Changes: "book", Follows: "warnings",
    Links: "doors",
}  # fmt: skip


def _outcome(heard: AnyHeard, step: Step) -> tuple[str, str | None]:
    match heard:
        case Urgent(intent=intent) | Meant(intent=intent) | Named(intent=intent):
            return _MEANT[type(heard)], intent
        case Wants() | Changes() | Follows() | Links():
            return _MEANT[type(heard)], heard.intent
        case Elsewhere(refusal=refusal):
            return "refuse", refusal
        case Puzzled(guesses=guesses):
            return ("ask" if guesses else "unknown"), None
        case Chose():
            return "chose", step.session.intent
        case Handed(kind=kind):
            return str(kind), None
        case Doubted():
            return "doubted", CHECK
        case _:
            return "said", step.session.intent
