"""Words around the names of places: what kind a place is of, and what people say besides."""

from __future__ import annotations

from bot.conversation.text import fold

COMMUNE = frozenset({"xa", "phuong", "thi tran", "dac khu"})
DISTRICT = frozenset({"huyen", "quan", "thi xa", "thanh pho"})
PROVINCE = frozenset({"tinh", "thanh pho"})

# As written in names of the list.
_KINDS = {
    first: {(f"{first} {second}".strip()): fold(f"{first} {second}".strip()) for second in seconds}
    for first, seconds in {
        "Xã": ("",), "Phường": ("",), "Huyện": ("",), "Quận": ("",), "Tỉnh": ("",),
        "Thị": ("trấn", "xã"), "Thành": ("phố",), "Đặc": ("khu",),
    }.items()
}  # fmt: skip
_APART = str.maketrans("-'’‘.,()", "        ")

# As people type them: the word, what it stands for. Marks count when the writer typed them.
UNITS = {
    "xã": "xa", "x": "xa", "phường": "phuong", "p": "phuong", "f": "phuong", "ph": "phuong", "phừơng": "phuong",
    "thị trấn": "thi tran", "tt": "thi tran", "ttr": "thi tran", "đặc khu": "dac khu",
    "huyện": "huyen", "h": "huyen", "huyên": "huyen", "quận": "quan", "q": "quan", "thị xã": "thi xa", "tx": "thi xa",
    "thành phố": "thanh pho", "tp": "thanh pho", "tpho": "thanh pho", "thành fố": "thanh pho",
    "tỉnh": "tinh", "t": "tinh",
}  # fmt: skip

# A place smaller than a commune: the word and up to three after it say nothing about which commune.
HAMLETS = frozenset("thon xom to ap ban khu khoi pho duong ngo hem ngach kiet lang sn phum soc bon".split())

# Between the names of one place.
JOINTS = frozenset("thuoc cua o cu tai ben tren trong va".split())

# Says where somebody is or comes from.
LOCATING = frozenset("o que nha thuoc ben tai song".split())

# What may stand beside a place without making it another question.
FRAME = frozenset(
    """
    a ah ak oi nha nhe nhi hen nghen nghe ha he hi vay z v the ro rua rui di voi vs dum giup gium dua cai
    toi tui tau choa em e chau con c minh mk mik m bac chu co anh chi ong ba me cha bo o eng ad admin
    gia dinh nguoi dan ban than quan nguyen
    hien tai bay gio chu chua gio nay moi cu truoc sau khi tu hoi xua ngay roi da duoc bi va la thi ma cung con
    o tai ben tren trong gan thuoc cua noi cho cach ve toi den len vao qua ra tim duong chi
    xin cho hoi biet muon can dang song sinh tru que nha sap nhap gop tach doi chia chuyen ten thanh
    gi nao mo dau ni te no chi sao dia ban diem vi tri dc add map ban do
    cong an ca tru so don co quan
    may nhieu so dien thoai sdt dt hotline lien he goi lam viec mo cua dong tiep truc gio giac lich
    xa phuong huyen quan tinh thi tran xa thanh pho dac khu tp tx tt uy ban ubnd khu vuc vung mien
    khong k ko hong hok ha the u uh vang da thua thua
    """.split()
)


def kind_of(name: str) -> tuple[str, str]:
    """(kind, bare name) of a name of the list: `Phường 5` gives ("phuong", "5")."""
    for said, kind in _KINDS.get(name.partition(" ")[0], {}).items():
        if name.startswith(said + " "):
            return kind, name[len(said) + 1 :]
    return "", name


def key_of(name: str) -> str:
    """The words of a name without marks, one blank apart: how it is looked up."""
    return " ".join(fold(name).translate(_APART).split())
