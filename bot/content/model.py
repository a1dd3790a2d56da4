"""What content files are made of, and the shape of the plainest: intents, texts, words, emergencies.

The others stand in modules of their own (answers, stations, guides, scams). The JSON Schemas for editors are
generated from all these classes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

SHORT = 350  # characters of `short`: what most people read, and all that many read
LABEL = 24  # characters of a button: what a small phone shows on one line

Text = Annotated[str, Field(min_length=1, max_length=700)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Label = Annotated[str, Field(min_length=1, max_length=LABEL)]
IntentId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Https = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=400)]


class Strict(BaseModel):
    """Unknown keys are refused; nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Ranged(Strict):
    """Something with a beginning and an end; `from` is a word of Python, so its field has another name."""

    model_config = ConfigDict(populate_by_name=True)


class IntentModel(Strict):
    """How people ask for one thing."""

    says: Annotated[list[Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)] = Field(
        description="Câu hỏi như người dân gõ, mỗi câu một dòng."
    )
    does: Name | None = Field(None, description="Tên việc bắt đầu thay cho câu trả lời (đặt lịch…).")


class IntentFile(RootModel[dict[IntentId, IntentModel]]):
    """The file intents/<topic>.yaml."""


class TextFile(Strict):
    """texts.yaml: topics of the menu, in order, and every sentence that is no answer."""

    topics: dict[Name, Label]
    says: dict[Name, Text]


class WordFile(Strict):
    """words.yaml: how people type."""

    shorthand: dict[str, Line]
    ambiguous: dict[str, Annotated[list[Line], Field(min_length=2, max_length=6)]]
    dialect: dict[str, Line]
    keep: list[Line]
    courtesy: list[Line]
    concepts: dict[Name, list[Line]]
    commands: dict[
        Literal[
            "menu", "back", "help", "useful", "wrong", "data", "show", "erase",
            "done", "undone", "onward", "previous", "stop", "enough", "still", "brief", "scared",
        ],
        list[Line],
    ]  # fmt: skip
    facets: dict[
        Literal["fee", "time", "where", "bring", "online", "steps", "law", "fine", "proxy"], list[Line]
    ]
    joints: list[Line]
    turns: dict[Literal["opening", "closing", "weak", "people", "beside"], list[Line]]
    corrections: dict[Literal["no", "mean", "ask"], list[Line]]


class EmergencyModel(Strict):
    """One kind of emergency: what is said at once, and how people cry for help."""

    intent: IntentId
    short: Annotated[str, Field(min_length=1, max_length=SHORT)]
    steps: Annotated[list[Line], Field(min_length=1, max_length=6)]
    next: Annotated[list[IntentId], Field(max_length=3)] = Field(default_factory=list)
    says: Annotated[list[Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)]


class UrgentFile(Strict):
    """urgent.yaml: kinds of emergencies, and messages that only look like one."""

    kinds: dict[Name, EmergencyModel]
    calm: list[Name]
    near: Annotated[list[Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)]
