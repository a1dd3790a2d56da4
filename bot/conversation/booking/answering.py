"""Answers to the questions of a booking as people type them: "cho mẹ", "chín giờ", "dạ không", "ok đặt đi"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from bot.conversation.booking import acts
from bot.conversation.booking.acts import KIND, choice
from bot.conversation.booking.wanted import asks
from bot.conversation.booking.wishing import hoped
from bot.conversation.spoken import Spoken
from bot.conversation.text import fold
from bot.conversation.times.wishes import Wish, when
from bot.domain.booking import When
from bot.domain.heard import Chose, Guess, Wants
from bot.domain.knowledge import topic_of
from bot.domain.station import Station

_LONGEST = 20  # words of an answer
_SURE = 0.9  # of a question from which on a line is no answer, if words are left over
_LEFT = 4  # words that may be left over of an answer that tells a time
_QUESTION = re.compile(
    r"\?|\b(?:bao (?:lau|nhieu|gio)|gi|chi|sao|the nao|o dau|cho nao|may gio|may ngay|mat tien|le phi|can mang)\b"
)
_POLITE = r"(?:da|vang|uh?|um|thi|a|ak|ah|nha|nhe|nhen|nghe|nghen|he|hi|di|luon|giup|ho|em|toi|tui|minh|bac|chau|con|voi|cho|roi|do|ad|ok)"
_YES = re.compile(
    rf"^(?:{_POLITE} )*(?:co|co chu|dong y|dongy|ok|oke|okie|oki|duoc|dc|nhat tri|dung|dung roi|chuan|yes|vang|u|uhm?|da|phai|xac nhan|chap nhan)(?: {_POLITE})*$"
)
_NO = re.compile(
    rf"^(?:{_POLITE} )*(?:khong|ko|k|kg|hong|hok|hem|nỏ|no|khoi|khong co|ko co|k co|nỏ co|no co|khong can|ko can|binh thuong|"
    rf"khoe(?: manh)?|van khoe|khong ai|ko ai|con khoe|khong phai)(?: {_POLITE}| ca| ai| can| uu tien| dau| mo| thoi)*$"
)
_STOP = re.compile(
    rf"^(?:{_POLITE} )*(?:thoi(?: khoi)?|khoi|bo|bo di|huy|huy bo|dung lai|de (?:sau|hom khac|bua khac|khi khac|mai mot)|"
    rf"thoi (?:de|khong|ko|k|bo|khoi|huy)\b.*|(?:khong|ko|k|hong|nỏ|no|khoi) (?:dat|hen|lam|can) (?:nua|lich nua|hen nua|lich))(?: {_POLITE})*$"
)
_BOOK = re.compile(
    rf"^(?:{_POLITE} )*(?:dat|book|chot|dat lich|dat hen|chot lich|chot don|xac nhan|dung het|dung ca|dat cho)(?: {_POLITE}| lich| hen| nay)*$"
)
_AGAIN = re.compile(
    r"^(?:.{0,12}\b)?(?:sai|nham|lon|sua|viet lai|ghi lai|chua dung|khong dung|ko dung)\b.{0,40}$"
)
_FRAIL = re.compile(
    r"\b(?:gia yeu|gia|yeu|lon tuoi|cao tuoi|khuyet tat|tan tat|mang thai|co bau|co thai|bau|bau bi|xe lan|om|benh|"
    r"dau (?:lung|chan|khop)|liet|con nho|be nho|em be|bong con|be con|uu tien|(?:[7-9]\d|1[01]\d) tuoi)\b"
)
_COUNT = re.compile(
    r"\b(?P<count>[1-9]|mot|hai|ba|bon|nam|sau)\s?(?:nguoi|ng|me con|bo con|cha con|ba con|vo chong|chi em|anh em|ong ba|dua|chau|cu|mang)\b"
)
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6}
_PAIR = re.compile(r"\b(?:bo me|ba me|ba ma|cha me|thay u|ong ba|vo chong)\b")
_SEVERAL = re.compile(
    r"\b(?:nhieu nguoi|ca nha|ca gia dinh|may nguoi|may me con|may bo con|may anh em|may chi em|dong nguoi)\b"
)
_OLD = re.compile(
    r"\b(?:me|bo|ba|ma|ong|mu|mệ|cu|thay|u|bu|bam|noi|ngoai|tia|nguoi gia|ba gia|me gia|ong gia)\b"
)
_CHILD = re.compile(
    r"\b(?:be|chau be|con (?:trai|gai|nho|be|ut|toi|tui|em|minh|dau long)|dua (?:nho|con)|thang (?:cu|nho|con|be)|chau (?:trai|gai|nho)|cho con|cho chau)\b"
)
_OTHER = re.compile(
    r"\b(?:vo|chong|anh|chi|co|chu|bac|di|duong|cau|mo|thim|o|hang xom|ban|nguoi khac|nguoi nha|nguoi than|em (?:trai|gai)|con (?:dau|re)|chau)\b"
)
_ONESELF = re.compile(
    rf"^(?:{_POLITE} )*(?:toi|tui|em|e|minh|mk|mik|con|chau|choa|tau|bac|ca nhan|ban than|chinh toi|mot minh|1 minh|tu di)"
    rf"(?: (?:di|thoi|lam|day|mot minh|1 minh|tu di|minh|ban than|a|nha|nhe|ma|do|can|muon))*$"
)
# Words around a time that say nothing else.
_AROUND = frozenset(
    """
    da vang a ak ah nha nhe nhen nghe nghen he hi thi la em e toi tui minh mk mik con chau bac ong ba choa tau cho cho ad
    len den toi qua ra xuong ghe di lam duoc dc dk khong ko k hong hok no nỏ con cho trong suat slot lich hen dat giup ho
    doi chuyen sang qua doi lai hay hoac deu cung vay va voi muon can xin chon lay bua hom ngay buoi luc vao khoang tam
    ok oke co lam viec mo cua nao gi khac hon i hen ne nua ranh moi on hi het chua bo giùm gium dum day do ay
""".split()
)


@dataclass(frozen=True, slots=True)
class Answers:
    """Hears what was typed while a booking is in the making. `station` finds the one that is named."""

    intent: str
    station: Callable[[str], Station | None]

    def typed(self, message: Spoken) -> Chose | Wants | None:
        """The button an answer stands for, or what it fills in; None when it is something else."""
        draft = message.session.draft
        if draft is None or len(message.text.split()) > _LONGEST:
            return None
        folded = " ".join(fold(message.text).strip(" .,!;").replace(",", " ").split())
        on_show = message.session.offers
        asked = frozenset(each.split(":")[1] for each in on_show if each.startswith(f"{KIND}:"))
        if acts.NO in asked:
            found = self._pressed(folded, asked) or self._told(folded, asked)
            if found:
                return found
        elif draft.service is None or draft.held:
            return None
        return self._time(message, folded, asked)

    def _pressed(self, folded: str, asked: frozenset[str]) -> Chose | None:
        """A yes, a no, a word that ends it."""
        if acts.PRIORITY in asked and (_YES.match(folded) or _NO.match(folded) or _FRAIL.search(folded)):
            return None if _QUESTION.search(folded) else _priority(folded)
        if acts.WHO in asked and _ONESELF.match(folded):
            return Chose(choice=choice(acts.WHO, "self"))
        if _STOP.match(folded):
            return Chose(choice=choice(acts.NO))
        if acts.YES in asked and (_YES.match(folded) or _BOOK.match(folded)):
            return Chose(choice=choice(acts.YES))
        if acts.YES in asked and _AGAIN.match(folded):
            return Chose(choice=choice(acts.AGAIN))
        if acts.AGREE in asked and _YES.match(folded):
            return Chose(choice=choice(acts.AGREE))
        return Chose(choice=choice(acts.NO)) if acts.AGREE in asked and _NO.match(folded) else None

    def _told(self, folded: str, asked: frozenset[str]) -> Chose | Wants | None:
        """Where it shall be, or who comes."""
        if _QUESTION.search(folded):
            return None
        if acts.STATION in asked:
            station = self.station(folded)
            return Wants(intent=self.intent, station=station.id, goes_on=True) if station else None
        if acts.WHO in asked:
            return self._who(folded)
        if acts.PEOPLE in asked:
            return self._people(folded)
        return None

    def _who(self, folded: str) -> Chose | Wants | None:
        counted = self._people(folded)
        if counted:
            return counted
        if _SEVERAL.search(folded):
            return Chose(choice=choice(acts.WHO, "many"))
        for who, named in (("child", _CHILD), ("self", _ONESELF), ("elder", _OLD), ("other", _OTHER)):
            if named.search(folded):
                return Chose(choice=choice(acts.WHO, who))
        return None

    def _people(self, folded: str) -> Wants | Chose | None:
        found = _COUNT.search(folded)
        count = (
            (_COUNTS.get(found["count"]) or int(found["count"]))
            if found
            else 2
            if _PAIR.search(folded)
            else 0
        )
        if count > 1:
            return Wants(intent=self.intent, people=min(count, 9), goes_on=True)
        return Chose(choice=choice(acts.WHO, "self")) if count else None

    def _time(self, message: Spoken, folded: str, asked: frozenset[str]) -> Chose | Wants | None:
        """A day or an hour that would do."""
        if message.day is None:
            return None
        wish = when(message.text, message.day, time())
        if wish is None or not _is_answer(message, wish, folded, strict=acts.NO not in asked):
            return None
        on_show = message.session.offers
        if wish.soonest and not wish.choices:
            first = next(
                (each for each in on_show if each.split(":")[1:2] in ([acts.DAY], [acts.SEAT])), None
            )
            return Chose(choice=first) if first else None
        hope = hoped(wish, message.day)
        seat = _seat(hope, wish, on_show)
        return seat or (Wants(intent=self.intent, when=hope, goes_on=True) if hope else None)


def _priority(folded: str) -> Chose:
    frail = not _NO.match(folded) and not re.search(
        r"\b(?:khong|ko|k|hong|no) (?:gia|om|benh|bau|yeu)", folded
    )
    return Chose(choice=choice(acts.PRIORITY, int(frail)))


def _is_answer(message: Spoken, wish: Wish, folded: str, *, strict: bool) -> bool:
    """Whether a message with a time in it is about that time: little else is said, and nothing is asked."""
    if asks(folded) and not _AROUND.issuperset(fold(wish.rest(message.text)).split()):
        return False  # for another matter
    left = [word for word in re.findall(r"\w+", fold(wish.rest(message.text))) if word not in _AROUND]
    if not left:
        return True
    best: Guess | None = next(iter(message.judged.guesses), None)
    elsewhere = best is not None and best.score >= _SURE and topic_of(best.intent) != "dat_lich"
    return not strict and len(left) <= _LEFT and not elsewhere and not _QUESTION.search(folded)


def _seat(hope: When, wish: Wish, on_show: tuple[str, ...]) -> Chose | None:
    """The button of the minute that was named, if it is on show."""
    at = {
        choice.hours.at
        for choice in wish.choices
        if choice.hours and choice.hours.ends - choice.hours.begins <= 60
    }
    if len(at) != 1 or None in at:
        return None
    minute = str(next(iter(at)))
    for each in on_show:
        parts = each.split(":")
        if parts[1:2] == [acts.SEAT] and parts[3] == minute and (not hope.days or hope.days == (parts[2],)):
            return Chose(choice=each)
    return None
