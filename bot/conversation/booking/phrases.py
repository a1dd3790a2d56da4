"""The words people answer a booking's questions with: yes, no, stop, who comes, how many. Without marks.

They stand in code like the words of time: each belongs to the question it answers.
"""

from __future__ import annotations

import re

# Around an answer, and saying nothing of its own.
_POLITE = (
    "da vang uh? um thi a ak ah nha nhe nhen nghe nghen he hi di luon giup ho em toi tui minh bac chau con "
    "voi cho roi do ad ok"
).replace(" ", "|")


def _whole(words: str, behind: str = "") -> re.Pattern[str]:
    """A text that is one of the words, with politeness around it and maybe more of `behind`."""
    also = "|".join([_POLITE, *behind.split()])
    told = "|".join(part.strip() for part in words.split(","))
    return re.compile(rf"^(?:(?:{_POLITE}) )*(?:{told})(?: (?:{also}))*$")


def _within(words: str) -> re.Pattern[str]:
    """A text in which one of the words stands."""
    return re.compile(rf"\b(?:{'|'.join(part.strip() for part in words.split(','))})\b")


QUESTION = re.compile(
    r"\?|\b(?:bao (?:lau|nhieu|gio)|gi|sao|the nao|o dau|cho nao|may gio|may ngay|mat tien|le phi)\b"
)
YES = _whole(
    "co, co chu, dong y, dongy, ok, oke, okie, oki, duoc, dc, nhat tri, dung, dung roi, chuan, yes, vang, u,"
    "uhm?, da, phai, xac nhan, chap nhan"
)
NO = _whole(
    "khong, ko, k, kg, hong, hok, hem, no, khoi, khong co, ko co, k co, no co, khong can, ko can,"
    "binh thuong, khoe, khoe manh, van khoe, khong ai, ko ai, con khoe, khong phai",
    "ca ai can uu tien dau mo thoi",
)
STOP = _whole(
    "thoi, thoi khoi, khoi, bo, bo di, huy, huy bo, dung lai, de (?:sau|hom khac|bua khac|khi khac|mai mot),"
    "thoi (?:de|khong|ko|k|bo|khoi|huy)\\b.*,"
    "(?:khong|ko|k|hong|no|khoi) (?:dat|hen|lam|can)(?: lich| hen)?(?: nua)?"
)
BOOK = _whole(
    "dat, book, chot, dat lich, dat hen, chot lich, chot don, xac nhan, dung het, dung ca, dat cho",
    "lich hen nay",
)
AGAIN = re.compile(
    r"^(?:.{0,12}\b)?(?:sai|nham|lon|sua|viet lai|ghi lai|chua dung|khong dung|ko dung)\b.{0,40}$"
)
FRAIL = _within(
    "gia yeu, gia(?! dinh), yeu, lon tuoi, cao tuoi, khuyet tat, tan tat, mang thai, co bau, co thai,"
    "bau, bau bi, xe lan, om, benh(?! vien), dau (?:lung|chan|khop), liet, con nho, be nho, em be,"
    "bong con, be con, uu tien,"
    r"(?:[7-9]\d|1[01]\d) tuoi"
)
NOT_FRAIL = re.compile(
    r"\b(?:khong|ko|k|kg|hong|hok|no|chua|chang) (?:co |bi |phai |ai )*"
    r"(?:gia|om|benh|bau|yeu|thai|khuyet|tan|con nho|be nho|em be|xe lan|uu tien|dau)\b"
)
COUNT = re.compile(
    r"\b(?P<count>[1-9]|mot|hai|ba|bon|nam|sau)\s?"
    r"(?:nguoi|ng|me con|bo con|cha con|ba con|vo chong|chi em|anh em|ong ba|dua|chau|cu|mang)\b"
)
COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6}
PAIR = _within("bo me, ba me, ba ma, cha me, thay u, ong ba, vo chong")
SEVERAL = _within(
    "nhieu nguoi, ca nha, ca gia dinh, may nguoi, may (?:me|bo) con, may (?:anh|chi) em, dong nguoi"
)
OLD = _within(
    "me, bo, ba, ma, ong, mu, cu, thay, u, bu, bam, noi, ngoai, tia, nguoi gia, ba gia, me gia, ong gia"
)
CHILD = _within(
    "be, chau be, con (?:trai|gai|nho|be|ut|toi|tui|em|minh|dau long), dua (?:nho|con),"
    "thang (?:cu|nho|con|be), chau (?:trai|gai|nho), cho con, cho chau"
)
OTHER = _within(
    "vo, chong, anh, chi, co, chu, bac, di, duong, cau, mo, thim, o, hang xom, ban, nguoi khac, nguoi nha,"
    "nguoi than, em (?:trai|gai), con (?:dau|re), chau"
)
ONESELF = _whole(
    "toi, tui, em, e, minh, mk, mik, con, chau, choa, tau, bac, ca nhan, ban than, chinh toi, mot minh,"
    "1 minh, tu di",
    "thoi lam day mot 1 tu ban than e ma can muon",
)
# Nothing but who comes, and how many: whatever else these sounds may mean.
PLAIN = frozenset(
    """
    da vang a ak ah nha nhe nghen hi di cho thoi nua cung voi va minh mk em e toi tui chau con bac choa tau
    cua me bo ba ma ong mu cu noi ngoai vo chong anh chi co chu cau mo be trai gai nho ut dua thang nguoi ng
    1 2 3 4 5 6 mot hai bon nam sau
""".split()
)
# Around a time, and saying nothing else.
AROUND = frozenset(
    """
    da vang a ak ah nha nhe nhen nghe nghen he hi thi la em e toi tui minh mk mik con chau bac ong ba choa tau
    cho ad len den toi qua ra xuong ghe di lam duoc dc dk khong ko k hong hok no trong suat slot lich hen dat
    giup ho doi chuyen sang lai hay hoac deu cung vay va voi muon can xin chon lay bua hom ngay buoi luc vao
    khoang tam ok oke co viec mo cua nao gi khac hon i ne nua ranh moi on het chua bo gium dum day do ay
""".split()
)
