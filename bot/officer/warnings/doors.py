"""A warning as each door sends it, for whoever looks at it beforehand."""

from __future__ import annotations

from bot.accounts import TELEGRAM, ZALO_OA
from bot.channels import markup
from bot.channels.telegram import showing as telegram
from bot.channels.zalo_oa import showing as zalo
from bot.conversation.officer.warnings.reach import Rendered
from bot.domain.message import WEBCHAT, Reply


def rendered(reply: Reply, numbered: str) -> list[Rendered]:
    """A reply as each door sends it."""
    at_zalo, at_telegram = zalo.show((reply,), numbered), telegram.show((reply,))
    return [
        Rendered(ZALO_OA, tuple(each.text for each in at_zalo if each.text), bool(reply.picture)),
        Rendered(TELEGRAM, tuple(each.plain for each in at_telegram if each.plain), bool(reply.picture)),
        Rendered(WEBCHAT, (markup.plain(reply.text),), bool(reply.picture)),
    ]
