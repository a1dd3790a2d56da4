"""Saying what was found in a doubtful message: the verdict, why, what to do now. Never that it is genuine."""

from __future__ import annotations

from bot.conversation.pasted import CHECK
from bot.conversation.screens import MENU, answer_choice
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.scam import Finding, Verdict

LOST, REPORT, APP = "lua_dao.da_bi_lua", "lua_dao.to_giac", "lua_dao.ung_dung_gia"
_LINK = "link_"  # of the signs of a link, the weightiest says enough
_SHOWN = 4  # reasons given; more are not read
_TOLD = 2  # the same in front of an answer
_APP_SIGNS = frozenset(["file_apk", "cai_app_la", "dieu_khien_may"])


class Verdicts:
    """Words and buttons for findings."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known

    def reply(self, finding: Finding) -> Reply:
        """What a citizen reads."""
        says = self._known.says
        verdict = finding.verdict
        parts = [
            says(f"scam_{verdict}"),
            self._trick(finding),
            self._reasons(finding),
            says(f"scam_{verdict}_do"),
        ]
        return Reply("\n\n".join(part for part in parts if part), self._buttons(finding))

    def told(self, finding: Finding) -> str:
        """What stands before the answer about a trick that was told of: verdict, plainest signs."""
        signs = [self._known.scams.signs[id_] for id_ in finding.signs if id_ in self._known.scams.signs]
        plain = [sign for sign in signs if sign.weight > 1] or signs
        lines = [f"- {sign.why}" for sign in plain[:_TOLD]]
        return "\n\n".join(filter(None, (self._known.says(f"told_{finding.verdict}"), "\n".join(lines))))

    def _trick(self, finding: Finding) -> str:
        trick = self._known.scams.tricks.get(finding.trick or "")
        if trick is None:
            return ""
        return self._known.says("scam_same" if finding.same else "scam_like", title=trick.title)

    def _reasons(self, finding: Finding) -> str:
        signs = self._known.scams.signs
        links = [id_ for id_ in finding.signs if id_.startswith(_LINK)]
        shown = [id_ for id_ in finding.signs if id_ in signs and id_ not in links[1:]]
        lines = [f"- {signs[id_].why}" for id_ in shown[:_SHOWN]]
        return f"{self._known.says('scam_why')}\n\n" + "\n".join(lines) if lines else ""

    def _buttons(self, finding: Finding) -> tuple[Button, ...]:
        """The answer about the trick, then what comes next, by how bad it looks."""
        trick = self._known.scams.tricks.get(finding.trick or "")
        app = APP if _APP_SIGNS.intersection(finding.signs) else None
        wanted = [trick.intent if trick else None, app, LOST, REPORT]
        if finding.verdict is Verdict.NO_SIGN:
            wanted = [CHECK, LOST]
        answers = self._known.answers
        shown = [id_ for id_ in dict.fromkeys(wanted) if id_ is not None and id_ in answers]
        buttons = [Button(answers[id_].label, answer_choice(id_)) for id_ in shown]
        return (*buttons, Button(self._known.says("button_menu"), MENU))
