"""Words around the names of places: what kind a place is of, and what people say besides."""

from __future__ import annotations

from bot.conversation.text import Token, fold, tokens

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
    "xã": "xa", "x": "xa", "phường": "phuong", "phừơng": "phuong", "p": "phuong", "f": "phuong",
    "thị trấn": "thi tran", "tt": "thi tran", "ttr": "thi tran", "đặc khu": "dac khu",
    "huyện": "huyen", "h": "huyen", "quận": "quan", "q": "quan", "thị xã": "thi xa", "tx": "thi xa",
    "thành phố": "thanh pho", "tp": "thanh pho", "tpho": "thanh pho", "thành fố": "thanh pho",
    "tỉnh": "tinh", "t": "tinh",
}  # fmt: skip

# A place smaller than a commune: the word and up to three after it say nothing about which commune.
HAMLETS = frozenset("thon xom ap khoi pho duong ngo hem ngach kiet sn phum soc bon".split())

# Between the names of one place; the comma stands for all marks that end a name.
PAUSE = ","
JOINTS = frozenset([PAUSE, *"thuoc cua o cu tai".split()])

# Says where somebody is or comes from.
LOCATING = frozenset("o que thuoc tai".split())

# What may stand beside a place without making it another question. Marks count where they are typed.
_FRAME = """
    a ạ à ah ak ơi oi nha nhà nhé nhe nhỉ nhi hen nghen nghe hả hè hi
    vậy vay z v thế thê rồi rui rứa đi voi với vs
    dùm giúp giùm dua cái cấy
    tôi tui tau choa em e cháu con c mình mk mik m bác chú cô o anh chị ông bà mế mệ cha bố eng ad admin
    gia đình nhà người dân bạn quê quán nguyên
    hiện tại bây giờ chừ nay mới cũ trước sau khi từ hồi xưa ngay đã được bị và là thì mà cũng còn
    ở tại bên trên trong gần thuộc của nơi chỗ chổ cho cách về tới đến lên vào vô ra tìm đường chỉ nằm
    xin cho hỏi biết muốn cần đang sống sinh trú sáp nhập gộp tách đổi chia chuyển dời tên thành xong
    gì nào mô đâu ni nớ tê đó đây này kia chi sao địa bàn điểm vị trí dc đc add map bản đồ
    công an ca trụ sở đồn cơ quan
    mấy nhiêu bao số điện thoại sdt sđt dt đt hotline liên hệ gọi làm việc mở cửa đóng tiếp trực giờ giấc
    lịch h
    xã phường huyện quận tỉnh thị trấn thành phố đặc khu tp tx tt ủy ban ubnd vùng
    chứ cơ kìa lận
    không k ko hong hông hok u ừ vâng dạ thưa có
"""
_MARKED = frozenset(token.marked for token in tokens(_FRAME)) | {PAUSE}
_FOLDED = frozenset(token.folded for token in tokens(_FRAME)) | {PAUSE}


def is_frame(word: Token) -> bool:
    """Whether a word may stand beside a place: `máy bay` is nothing that stands there, `mấy giờ` is."""
    return word.marked in _MARKED if word.has_marks else word.folded in _FOLDED


# Further everyday words: a name of nothing but these and the ones above is no name when it has no marks.
_COMMON = frozenset(
    word.folded
    for word in tokens(
        """
        đúng sai phải mất hết tiền thẻ giấy tờ một hai ba bốn năm sáu bảy tám chín mười nghìn triệu tháng ngày
        tuần lâu nhanh mua bán nợ bảo lấy xe máy lừa nữa quá rất lắm chưa ai trả nộp khai cầm dùng mang theo
        """
    )
)


def is_everyday(word: Token) -> bool:
    """Whether a word without marks is likelier an everyday one than part of a name."""
    return is_frame(word) or (not word.has_marks and word.folded in _COMMON)


# Names that are everyday words or phrases too: alone they are no place unless somebody asked for one.
ORDINARY = frozenset(
    " ".join(name.split())
    for name in """
    an ninh, an toan, an binh, an noi, an do, binh an, bang gia, ban cong, ban dat, bien gioi, binh
    minh, bo bien, cho moi, chi cong, cong bang, cong hoa, cua ong, dai dien, dan chu, dang lam,
    dieu tri, dinh cu, doan ket, doc lap, doi can, doi moi, dong ho, dong phuc, dong tam, dong tien,
    dong y, gia canh, gia dinh, giao nhan, hai nam, hai thang, hai trieu, hang ma, hanh phuc, hoa
    hop, hop dong, hop nhat, hop tac, huu nghi, lien quan, minh quan, my hanh, nghi huong, phong
    thuy, phong van, phu trach, que lam, quyet tam, quyet thang, quyet tien, thai do, thang loi,
    thanh cong, thong nhat, thu ba, thuong binh, tien bo, tien dien, tri an, trung tam, trung
    thuong, tu cuong, tu do, tu lap, tu nhan, tu nhien, tu xa, van ban, van con, van hoa, van phong,
    viet nam, la gi, co to, co do, cho ra, con thoi
    """.split(",")
)


# Words of people who say how they feel, not where they live. Marks count where they are typed.
_FEELING = tokens(
    "sợ quá lắm lo buồn mệt chán giận tức khổ hoảng run khóc ngu vãi đừng đéo mày mẹ mịa hứ huhu kệ"
)


def may_be_name(text: str) -> bool:
    """Whether a few words may be the name of a place that we do not know, rather than something said."""
    feeling, bare = {word.marked for word in _FEELING}, {word.folded for word in _FEELING[:2]}
    return all(word.marked not in feeling and word.folded not in bare for word in tokens(text))


def kind_of(name: str) -> tuple[str, str]:
    """(kind, bare name) of a name of the list: `Phường 5` gives ("phuong", "5")."""
    for said, kind in _KINDS.get(name.partition(" ")[0], {}).items():
        if name.startswith(said + " "):
            return kind, name[len(said) + 1 :]
    return "", name


def key_of(name: str) -> str:
    """The words of a name without marks, one blank apart: how it is looked up."""
    return " ".join(fold(name).translate(_APART).split())
