"""What a message is to officers: relayed to the one in the talk, part of a question, a cry for help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.content.edition import Edition
from bot.conversation import wording
from bot.domain.handover import Alert, HandedOver, Handover, HangUp, Outcome, PassOn
from bot.domain.heard import AnyHeard, Chose, Follows, Handed, Links, Puzzled, Said, Urgent
from bot.domain.message import Incoming, Moment, Reply
from bot.domain.session import Session
from bot.domain.step import AnyRequest, AnyResult, Step

CarryOut = Callable[[AnyRequest], Awaitable[AnyResult | None]]


async def told_officers(  # noqa: PLR0913, PLR0917 - what was heard, and by whom
    edition: Edition,
    step: Step,
    heard: AnyHeard,
    incoming: Incoming,
    at: Moment,
    act: CarryOut,
    handover: Handover | None,
) -> Step:
    """The step after officers were told what is theirs: a cry for help, more of a question that waits."""
    if incoming.public:
        return step
    if isinstance(heard, Urgent):
        step = await _alerted(step, heard, at, act)
    if handover is None or not handover.shown or not _is_for_officers(heard, incoming):
        return step
    passed = await act(PassOn(f"pass:{at.message_id}", handover.ref))
    went = isinstance(passed, HandedOver) and passed.outcome is Outcome.DONE
    if went and isinstance(heard, Puzzled) and not heard.guesses:
        return edition.dialogue.people.added(replace(step.session, misses=0))
    return step


async def with_officer(
    edition: Edition, session: Session, incoming: Incoming, at: Moment, act: CarryOut
) -> Step | None:
    """A message in a talk with an officer: relayed, not answered; None when the talk is over by now."""
    people = edition.dialogue.people
    if people.hangs_up(incoming.choice, incoming.text):
        ended = await act(HangUp(f"end:{at.message_id}", session.handover))
        if ended is None:
            return None
        return edition.dialogue.concluded(session, ended, at)
    if incoming.choice is not None:
        return people.busy(session)
    passed = await act(PassOn(f"pass:{at.message_id}", session.handover, incoming.kind))
    if not isinstance(passed, HandedOver) or passed.outcome not in {Outcome.DONE, Outcome.FULL}:
        return None
    step = people.passed(session, passed)
    if incoming.withheld:
        caution = Reply(wording.warning(edition.known, incoming.withheld))
        step = replace(step, replies=(caution, *step.replies))
    return step


async def _alerted(step: Step, heard: Urgent, at: Moment, act: CarryOut) -> Step:
    """Have officers told of a cry for help; what the citizen reads does not depend on it."""
    told = await act(Alert(f"alert:{at.message_id}", step.session.station or "", heard.kind))
    if not isinstance(told, HandedOver) or told.handover is None or not told.handover.live:
        return step
    return replace(step, session=replace(step.session, handover=told.handover.ref))


def _is_for_officers(heard: AnyHeard, incoming: Incoming) -> bool:
    """Whether something written belongs to a question that waits: no press, nothing about the talk."""
    return (
        bool(incoming.text)
        and incoming.choice is None
        and not isinstance(heard, Chose | Said | Follows | Handed | Links)
    )
