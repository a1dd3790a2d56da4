"""The sentences of `texts.yaml` the talk needs, each with the blanks it may use."""

from __future__ import annotations

NEEDED: dict[str, tuple[str, ...]] = {
    # opening and ways on
    "greeting": (),
    "menu": (),
    "topic": ("topic",),
    "help": (),
    "nothing_back": (),
    "stale": (),
    "button_menu": (),
    "button_more": (),
    "button_back": (),
    "button_none": (),
    "button_useful": (),
    "button_wrong": (),
    "button_person": (),
    # answers
    "head_steps": (),
    "head_bring": (),
    "head_where": (),
    "head_time": (),
    "head_fee": (),
    "head_online": (),
    "head_law": (),
    "head_warn": (),
    "grounds": ("law",),
    "sources": ("sources",),
    "reviewed": ("day",),
    "reviewed_due": ("day",),
    "reviewed_last": ("day",),
    "muted": ("title",),
    **{f"part_{part}": () for part in ("steps", "bring", "where", "time", "fee", "online", "law")},
    "part_missing": ("part", "title"),
    "two_questions": (),
    # doubt
    "which": (),
    "which_one": ("title",),
    "unknown": (),
    "unknown_again": (),
    "none_of_these": (),
    # feedback
    "thanks": (),
    "sorry": (),
    # private data
    "withheld": ("what",),
    "withheld_card": (),
    "withheld_code": (),
    "withheld_password": (),
    "withheld_account": (),
    "withheld_code_given": (),
}
