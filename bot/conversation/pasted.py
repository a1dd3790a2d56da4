"""Is this the citizen's own question, or a message somebody sent them?

Whoever tells of a trick ("có người gọi bảo tôi cài app") gets the answer about it, and what was found
in the telling if they ask whether it is one; whoever pastes one gets a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.callers import ABROAD
from bot.conversation.exhibit import Exhibit
from bot.conversation.links import Kind
from bot.domain.heard import Guess
from bot.domain.knowledge import is_refusal, topic_of
from bot.domain.scam import Finding, Verdict

CHECK = "lua_dao.kiem_tra"
VOICE, TELLS, DOUBTS = "_giong_thong_bao", "_nguoi_ke", "_hoi_that_gia"
_LINK_OR_NUMBER = re.compile(r"\w\.\w|://|\+\s?\d|\b00\d")
_LEAST = 6  # words of something worth judging when we asked for it
_LETTER = 10  # words of a message that may be somebody else's
_PLAIN = 2  # expressions of a notice that need no link beside them
_SURE = 0.9  # confidence of a question that is plainly one, though we asked for a paste


def worth_reading(text: str, best: Guess | None, *, invited: bool) -> bool:
    """A quick look: whether a message could be somebody else's at all."""
    if invited or _LINK_OR_NUMBER.search(text):
        return True
    return text.count(" ") + 1 >= _LETTER and not _is_question(best)


def is_pasted(exhibit: Exhibit, finding: Finding, guesses: Sequence[Guess], *, invited: bool) -> bool:
    """Whether a message is to be judged instead of answered. `invited`: we had asked for one."""
    best = guesses[0] if guesses else None
    groups = exhibit.groups
    links = [link for link in exhibit.links if link.domain and link.kind is not Kind.MAIL]
    doubts = DOUBTS in groups
    if best and (links or _has_foreign_number(exhibit)) and (doubts or best.intent == CHECK):
        return True
    if TELLS in groups or doubts:
        return invited and exhibit.length >= 2 * _LETTER and bool(links)
    if finding.same:
        return True
    if finding.verdict is Verdict.SCAM and any(link.kind is not Kind.OWN for link in links):
        return True
    if _is_question(best):
        return False
    if invited:
        long = exhibit.length >= _LETTER
        return long or bool(links) or (exhibit.length >= _LEAST and finding.verdict is not Verdict.NO_SIGN)
    if exhibit.length < _LETTER:
        return False
    spoken = exhibit.count(VOICE)
    return (
        spoken >= _PLAIN
        or (spoken > 0 and (bool(links) or (best is not None and best.intent == CHECK)))
        or (finding.verdict is Verdict.SCAM and (spoken > 0 or bool(links)))
    )


def is_sure(exhibit: Exhibit, finding: Finding) -> bool:
    """Whether a message is so plainly somebody else's trick that no cry for help is heard in it."""
    return (
        finding.verdict is Verdict.SCAM
        and TELLS not in exhibit.groups
        and exhibit.length >= _LETTER
        and (finding.same or exhibit.count(VOICE) > 0 or any(link.domain for link in exhibit.links))
    )


def is_told(exhibit: Exhibit, finding: Finding) -> bool:
    """Whether somebody tells of a trick in words of their own and asks if it is one, and there is a sign."""
    told = DOUBTS in exhibit.groups and exhibit.length >= _LEAST
    return told and (finding.verdict is Verdict.SCAM or bool(finding.signs))


def may_be_told(guesses: Sequence[Guess]) -> bool:
    """A quick look: whether it sounds like a trick at all."""
    return any(topic_of(guess.intent) == "lua_dao" for guess in guesses)


def _has_foreign_number(exhibit: Exhibit) -> bool:
    return any(word.folded == ABROAD for sentence in exhibit.typed for word in sentence)


def _is_question(best: Guess | None) -> bool:
    """Whether it is plainly a question of another matter."""
    return (
        best is not None
        and best.score >= _SURE
        and topic_of(best.intent) != "lua_dao"
        and not is_refusal(best.intent)
    )
