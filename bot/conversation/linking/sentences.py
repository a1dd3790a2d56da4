"""The sentences of `texts.yaml` that the talk about one's doors needs, each with its blanks."""

from __future__ import annotations

LINKING: dict[str, tuple[str, ...]] = {
    "doors_alone": ("here",),
    "doors_list": ("doors",),
    "doors_line": ("door", "since"),
    "doors_line_here": ("door", "since"),
    "doors_label": ("door", "day"),
    "doors_label_here": ("door",),
    "doors_code": ("code",),
    "doors_often": (),
    "doors_full": (),
    "doors_mine": ("other",),
    "doors_wait": ("other",),
    "doors_not_mine": (),
    "doors_asked": ("other",),
    "doors_tied": ("other",),
    "doors_yes": ("other",),
    "doors_joined": ("other",),
    "doors_refused": (),
    "doors_none": (),
    "doors_wrong": (),
    "doors_given": (),
    "doors_guessed": (),
    "doors_own": (),
    "doors_elsewhere": ("doors",),
    "doors_taken": ("other",),
    "doors_already": (),
    "doors_leave": (),
    "doors_sure": ("door",),
    "doors_left": ("door",),
    "doors_cut": ("other",),
    "doors_parted": ("other",),
    "doors_erased": ("other",),
    "data_erase_doors": ("doors",),
    "consent_doors": (),
    **{f"button_doors{key}": () for key in (
        "", "_add", "_leave", "_here", "_mine", "_not_mine", "_yes", "_no", "_sure", "_keep"
    )},
    "button_erase_here": (),
    "button_erase_everywhere": (),
}  # fmt: skip
