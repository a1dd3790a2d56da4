"""The sentences of `texts.yaml` that the talk about letters needs, each with the blanks it may use."""

from __future__ import annotations

_ASKED = ("ask", "year", "year_again", "code_again", "stopped")
_FOUND = ("invitation", "home", "over", "used", "cancelled")
_NO = ("none", "often", "away")

LETTERS: dict[str, tuple[str, ...]] = {
    **{f"letter_{key}": () for key in (*_ASKED, *_NO, "checked_first", "always")},
    **{f"letter_{key}": ("station", "when") for key in _FOUND},
    "letter_checked": ("count",),
    "button_letter_again": (),
    "button_letter_stop": (),
}
