"""The file scams.yaml: its shape, what it becomes, and what no single entry of it can know to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Literal

from pydantic import Field

from bot.content.files import Document
from bot.content.model import Https, IntentId, Line, Name, Strict
from bot.conversation.scam import READ
from bot.conversation.signs import STEERING, group_in, parts_of
from bot.conversation.text import tokens
from bot.domain.knowledge import Knowledge
from bot.domain.scam import Brand, Scams, Sign, Trick, Webs
from bot.errors import Problem

LINK = "{link}"  # stands in a known text for whatever address it carries
_Group = Annotated[str, Field(pattern=r"^_?[a-z][a-z0-9_]*$")]
_Domain = Annotated[str, Field(pattern=r"^(?:[a-z0-9-]+\.)+[a-z]{2,}$")]
_Ending = Annotated[str, Field(pattern=r"^(?:[a-z0-9-]+\.)*[a-z]{2,}$")]
_Phrases = Annotated[list[Line], Field(min_length=1)]


class SignModel(Strict):
    """A red flag."""

    why: Line = Field(description="Một câu cho người dân: vì sao đáng ngờ.")
    weight: Literal[1, 2, 3, 4] = Field(description="4: một mình đủ kết luận; 1: chỉ góp thêm.")
    looks: _Phrases = Field(description="Mỗi dòng một cách nhận ra: (nhóm) … (nhóm) + (nhóm).")
    stands: bool = Field(default=False, description="Vẫn tính khi nằm trong lời cảnh báo.")


class NamedSource(Strict):
    """Where a trick was described."""

    name: Line
    url: Https | None = None


class TrickModel(Strict):
    """A known trick."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    intent: IntentId = Field(description="Câu trả lời đi kèm (lua_dao.…).")
    signs: Annotated[list[Name], Field(min_length=1)] = Field(description="Dấu hiệu chỉ tới chiêu này.")
    says: Annotated[list[Annotated[str, Field(min_length=20, max_length=600)]], Field(min_length=1)] = Field(
        description="Tin mẫu, như kẻ gian gửi; chỗ có link viết {link}."
    )
    source: NamedSource | None = None
    about: list[_Group] = Field(
        default_factory=list, description="Chỉ gọi tên chiêu này khi tin có một nhóm từ này."
    )


class BrandModel(Strict):
    """Somebody scammers pretend to be."""

    name: Line
    own: Annotated[list[_Domain], Field(min_length=1)] = Field(description="Tên miền thật của họ.")
    words: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{3,}$")]], Field(min_length=1)]


class WebsModel(Strict):
    """What is known of domains."""

    official: list[_Ending] = Field(description="Đuôi chỉ nhà nước, nhà trường được cấp.")
    known: list[_Domain] = Field(description="Trang có chủ rõ.")
    open: list[_Domain] = Field(description="Trang ai cũng đăng được.")
    short: list[_Domain] = Field(description="Dịch vụ rút gọn link.")
    odd: list[_Ending] = Field(description="Đuôi tên miền rẻ tiền.")


class SamplesModel(Strict):
    """Messages to learn from."""

    scam: list[Annotated[str, Field(min_length=1, max_length=1200)]] = Field(description="Tin lừa.")
    genuine: list[Annotated[str, Field(min_length=1, max_length=1200)]] = Field(description="Tin thật.")


class ScamFile(Strict):
    """scams.yaml: signs of a scam, known tricks, domains."""

    groups: dict[_Group, _Phrases]
    signs: dict[Name, SignModel]
    tricks: dict[Name, TrickModel]
    samples: SamplesModel
    brands: dict[Name, BrandModel]
    webs: WebsModel


def built(model: ScamFile) -> Scams:
    """The content of the file, with the letters of other scripts that look like Latin ones."""
    return Scams(
        groups={name: tuple(phrases) for name, phrases in model.groups.items()},
        signs={id_: Sign(id_, s.why, s.weight, tuple(s.looks), s.stands) for id_, s in model.signs.items()},
        tricks={
            id_: Trick(
                id_, t.title, t.intent, tuple(t.signs), tuple(text.replace(LINK, " ") for text in t.says),
                t.source.name if t.source else None, tuple(t.about),
            )
            for id_, t in model.tricks.items()
        },
        brands={id_: Brand(b.name, tuple(b.own), tuple(b.words)) for id_, b in model.brands.items()},
        webs=Webs(
            tuple(model.webs.official), tuple(model.webs.known), tuple(model.webs.open),
            tuple(model.webs.short), tuple(model.webs.odd), _twins(),
        ),
        scam_samples=tuple(model.samples.scam),
        genuine_samples=tuple(model.samples.genuine),
    )  # fmt: skip


def problems(known: Knowledge, document: Document) -> Iterator[Problem]:
    """What is wrong between the entries, and between them and the other files."""
    yield from _groups(known.scams, document)
    yield from _signs(known.scams, document)
    for trick in known.scams.tricks.values():
        if trick.intent not in known.answers:
            yield document.problem(("tricks", trick.id, "intent"), "unknown_intent", id=trick.intent)
        for number, id_ in enumerate(trick.signs):
            if id_ not in known.scams.signs:
                yield document.problem(("tricks", trick.id, "signs", number), "scam_sign", name=id_)
        for number, name in enumerate(trick.about):
            if name not in known.scams.groups:
                yield document.problem(("tricks", trick.id, "about", number), "scam_group", name=name)


def _groups(scams: Scams, document: Document) -> Iterator[Problem]:
    for name in STEERING:
        if name not in scams.groups:
            yield document.problem(("groups",), "scam_group_missing", name=name)
    for name, phrases in scams.groups.items():
        for number, phrase in enumerate(phrases):
            if not all(tokens(part) for part in phrase.split("…")):
                yield document.problem(("groups", name, number), "empty_phrase", phrase=phrase)


def _signs(scams: Scams, document: Document) -> Iterator[Problem]:
    for sign in scams.signs.values():
        for number, look in enumerate(sign.looks):
            place = ("signs", sign.id, "looks", number)
            for item in (item for part in parts_of(look) for item in part):
                group = group_in(item)
                if group and group not in scams.groups and group not in READ:
                    yield document.problem(place, "scam_group", name=group)
                elif not group and (not tokens(item) or "(" in item):
                    yield document.problem(place, "scam_look", look=look)


def _twins() -> dict[str, str]:
    """Letters that look like one of a–z or a digit, by Unicode's list; loaded only where content is read."""
    data = import_module("confusable_homoglyphs.confusables").confusables_data
    found = {}
    for letter, alike in data.items():
        latin = next((each["c"] for each in alike if each["c"].isascii() and each["c"].isalnum()), None)
        if latin and len(letter) == len(latin) == 1 and not letter.isascii():
            found[letter] = latin.lower()
    return found
