"""The sentences of `texts.yaml` that the talk about getting warnings needs, each with its blanks."""

from __future__ import annotations

_HELD = ("topics", "stations")

SUBSCRIBING: dict[str, tuple[str, ...]] = {
    "subs_which": (),
    "subs_consent": ("station",),
    "subs_means": (),
    "subs_further": (),
    "subs_every": (),
    "subs_add": ("station", "topics"),
    **{f"subs_{key}": _HELD for key in ("done", "now", "more", "less", "fewer", "full", "back")},
    "subs_left": ("what",),
    "subs_stopped": (),
    "subs_none": (),
    "subs_late": (),
    "subs_no": (),
    "subs_at_webchat": (),
    "subs_at_zalo_oa": (),
    "subs_consented": ("topic",),
    **{
        f"button_subs_{key}": ()
        for key in (
            "all", "more", "less", "where", "fewer", "elsewhere", "add", "again", "undo", "join", "no"
        )
    },
}  # fmt: skip
