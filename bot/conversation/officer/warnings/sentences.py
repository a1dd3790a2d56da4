"""The sentences of `texts.yaml` about warnings for officers, each with the blanks it may use."""

from __future__ import annotations

from bot.conversation.officer.warnings.course import SECTIONS
from bot.domain.mailing import Fate
from bot.domain.warning import Fault, Move, State
from bot.domain.writing import Field

ASKED = (Field.TITLE, Field.TEXT, Field.LINK, Field.PICTURE, Field.UNTIL, Field.URGENT, Field.DRILL)
CHANGED = (*ASKED, Field.TOPIC, Field.STATION)
CODED = ("approve", "both", "send", "schedule", "stop", "resume", "cancel", "repeat")  # asked for a code
DONE = (*CODED, "submit", "recall", "withdraw", "return")
NEWS = ("returned", "approved", "begun", "done", "expired", "stopped", "cancelled")
# Why somebody does not get one; what doors and the ledger say.
WHY = (
    "account", "blocked", "cancelled", "closed", "died", "door", "down", "erased", "gave_up", "gone", "late",
    "left", "new", "paid", "quota", "recent", "refused", "restored", "shut", "stopped", "unknown", "untied",
    "window",
)  # fmt: skip

WARNINGS: dict[str, tuple[str, ...]] = {
    "officer_warns": (),
    "officer_warns_none": (),
    "officer_warns_today": ("count",),
    **{f"officer_warns_{each}": () for each in SECTIONS},
    "officer_warn_line": ("title", "state", "topic", "where", "drill"),
    "officer_warn_line_drill": (),
    "officer_warn_untitled": (),
    "officer_warn_missing": (),
    "officer_warn_nothing": (),
    "officer_stop_words": (),
    # writing
    **{f"officer_warn_{key}": () for key in (
        "new", "where", "template", "which", "real", "drill", "correction", "urgent_yes", "urgent_no",
        "takeback_title", "correct_made", "takeback_made", "what_time", "masked", "words_only",
        "stopped_writing",
        "not_submitted", "old", "gone", "quicker", "own", "over", "limit", "wrong_code", "often", "no_code",
        "begins_wrong", "tried", "not_tried", "nobody", "cry", "late", "sent_nobody",
    )},
    "officer_warn_takeback_text": ("title",),
    "officer_warn_stations": ("where",),
    **{f"officer_warn_ask_{field}": () for field in ASKED},
    **{f"officer_warn_length_{field}": ("count",) for field in ("title", "text")},
    "officer_warn_length_reason": ("most",),
    "officer_warn_draft": (
        "kind", "topic", "where", "title", "text", "link", "picture", "until", "urgent",
    ),
    "officer_warn_returned": ("reason",),
    "officer_warn_faults": ("lines",),
    **{f"officer_warn_fault_{fault}": () for fault in Fault},
    "officer_warn_withdraw": ("title",),
    # on its way
    "officer_warn_case": ("state", "topic", "where", "author", "until"),
    "officer_warn_approved_by": ("name",),
    **{f"officer_warn_state_{state}": () for state in State if state is not State.SCHEDULED},
    "officer_warn_state_scheduled": ("when",),
    "officer_warn_waits": ("where",),
    "officer_warn_waits_off": ("where",),
    "officer_warn_waits_none": ("where",),
    "officer_warn_waits_send": ("where",),
    "officer_warn_ask_reason": (),
    "officer_warn_ask_begins": (),
    "officer_warn_ask_code": ("act", "title"),
    **{f"officer_warn_do_{each}": ("when",) if each == "schedule" else () for each in CODED},
    **{f"officer_warn_done_{each}": () for each in DONE},
    # whom it reaches
    "officer_warn_shown": ("door", "count", "letters", "picture"),
    "officer_warn_with_picture": (),
    "officer_warn_doors": ("lines", "buttons"),
    "officer_warn_reached": ("count", "doors"),
    "officer_warn_unreached": ("count", "lines"),
    "officer_warn_by": ("door", "why", "count"),
    "officer_warn_no_phone": (),
    "officer_warn_detours": ("count", "lines"),
    "officer_warn_detour": ("first", "door", "why", "count"),
    "officer_warn_arrived_elsewhere": ("count", "lines"),
    "officer_warn_only_drill": (),
    "officer_warn_only_correction": (),
    "officer_warn_any_hour": (),
    "officer_warn_quiet": (),
    "officer_warn_night": ("when",),
    "officer_warn_night_over": ("when",),
    **{f"officer_warn_{key}": ("done", "all") for key in ("sending", "fixing", "stopped", "sent")},
    **{f"officer_warn_fate_{fate}": ("count", "doors") for fate in Fate},
    "officer_warn_twice": ("again", "resent"),
    "officer_warn_understood": ("read", "right", "wrong"),
    "officer_warn_unsure": (),
    **{f"officer_warn_why_{why}": () for why in WHY},
    "officer_warn_why_other": ("why",),
    # told
    "officer_warn_call": ("title", "author", "topic", "where"),
    **{f"officer_warn_news_{each}": ("title",) for each in NEWS},
    "officer_warn_news_returned": ("title", "reason"),
    # buttons
    **{f"button_officer_{key}": () for key in (
        "warns", "warn_new", "warn_all", "warn_mine", "warn_own", "warn_skip", "warn_drop", "warn_leave",
        "warn_view", "warn_submit", "warn_again", "warn_more", "warn_sure", "warn_try", "warn_look",
        "warn_repeat", "warn_correct", "warn_read", "warn_both", "warn_drop_link", "warn_drop_picture",
        "warn_takeback",
    )},
    "button_officer_warn_plus": ("name",),
    "button_officer_warn_less": ("name",),
    **{f"button_officer_warn_until_{span}": () for span in ("6h", "0d", "3d", "7d")},
    **{f"button_officer_warn_{field}_{each}": () for field in ("urgent", "drill") for each in ("yes", "no")},
    **{f"button_officer_warn_change_{field}": () for field in CHANGED},
    **{f"button_officer_warn_{move}": () for move in (
        Move.APPROVE, Move.RETURN, Move.SEND, Move.SCHEDULE, Move.RESUME, Move.STOP, Move.RECALL, Move.CANCEL,
        Move.WITHDRAW,
    )},
}  # fmt: skip
