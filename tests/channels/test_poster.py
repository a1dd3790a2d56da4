"""The poster, read back from the PDF itself and from the pixels a browser makes of it."""

from __future__ import annotations

import base64
import io
import re
import shutil
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import sync_playwright
from reportlab.pdfbase import pdfmetrics

from bot.channels import letters, poster
from bot.content import loading
from bot.domain.station import Station
from tests.conftest import ROOT

MM = 72 / 25.4
SAFE = 3 * MM  # what a printer may cut off
HOME = "https://trucban.mai-phu.hatinh.gov.vn"
WORDS = poster.words()
REAL = Station("mai_phu", "Công an xã Mai Phụ", "xã Mai Phụ", "Hà Tĩnh")
SIXTY = "Công an phường Nguyễn Nghiêm Thượng Tường Phong Đường Hoành"
VOWELS, CONSONANTS = "aăâeêioôơuưy", "bcdđghklmnpqrstvxfjwz"
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


@dataclass
class Letters:
    """A font of the file: what its codes mean and how wide they are."""

    means: dict[int, str]
    widths: list[int]

    def read(self, raw: bytes) -> tuple[str, float]:
        return "".join(self.means[code] for code in raw), sum(self.widths[code] for code in raw) / 1000


@dataclass
class Line:
    """A run of letters and where it stands."""

    left: float
    base: float
    size: float
    width: float
    text: str


@dataclass
class Page:
    """What stands on the page, in points from its lower left corner."""

    raw: bytes
    width: float = 0
    height: float = 0
    lines: list[Line] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)  # left, foot, width, height
    corners: list[tuple[float, float]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(line.text for line in self.lines).split())

    @property
    def frame(self) -> tuple[float, float, float]:
        """Left, foot and side of the square that is a link."""
        found = re.search(rb"/Rect \[ (\S+) (\S+) (\S+) (\S+) \]", self.raw)
        assert found
        left, foot, right, top = map(float, found.groups())
        assert right - left == pytest.approx(top - foot, abs=0.01)
        return left, foot, right - left


def objects(raw: bytes) -> dict[int, bytes]:
    return {int(n): body for n, body in re.findall(rb"(\d+) 0 obj\s(.*?)endobj", raw, re.DOTALL)}


def unpacked(body: bytes) -> bytes:
    head, data = body.split(b"stream", 1)
    length = re.search(rb"/Length (\d+)", head)
    assert length
    data = data.lstrip(b"\r\n")[: int(length[1])]
    if b"ASCII85Decode" in head:
        data = base64.a85decode(b"<~" + data, adobe=True)
    return zlib.decompress(data)


def fonts(raw: bytes) -> Iterator[tuple[str, Letters]]:
    found = objects(raw)
    for name, number in re.findall(rb"/(F[0-9+]+) (\d+) 0 R", raw):
        font = found[int(number)]
        reference, widths = re.search(rb"/ToUnicode (\d+)", font), re.search(rb"/Widths \[([^]]*)]", font)
        assert reference, "a font that is not in the file"
        assert widths
        means: dict[int, str] = {}
        cmap = unpacked(found[int(reference[1])])
        for code, letter in re.findall(rb"^<(\w{2})> <(\w{4})>$", cmap, re.MULTILINE):
            means[int(code, 16)] = bytes.fromhex(letter.decode()).decode("utf-16-be")
        yield name.decode(), Letters(means, [int(width) for width in widths[1].split()])


def unescaped(text: bytes) -> bytes:
    return re.sub(
        rb"\\([0-7]{3}|.)",
        lambda m: bytes([int(m[1], 8)]) if m[1].isdigit() else {b"n": b"\n", b"r": b"\r"}.get(m[1], m[1]),
        text,
        flags=re.DOTALL,
    )


TOKEN = re.compile(rb"\((?P<text>(?:\\.|[^\\()])*)\)|(?P<word>[^\s()]+)", re.DOTALL)
QUIET = {"c", "h", "n", "f", "f*", "S", "BT", "ET", "rg", "RG", "g", "G", "w", "d"}  # colours and curves


@dataclass
class Reader:
    """Follows the drawing orders of a page, as far as the poster uses them."""

    page: Page
    letters: dict[str, Letters]
    x: float = 0
    y: float = 0
    kept: list[tuple[float, float]] = field(default_factory=list)
    start: float = 0
    pen: float = 0
    base: float = 0
    size: float = 0
    leading: float = 0
    font: str = ""

    def follow(self, orders: bytes) -> None:
        given: list[str] = []
        text = b""
        for token in TOKEN.finditer(orders):
            word = (token["word"] or b"").decode()
            if token["text"] is not None:
                text = unescaped(token["text"])
            elif re.fullmatch(r"[-/\[\d.].*|\]", word):
                given.append(word)
            else:
                numbers = [float(number) for number in given if re.fullmatch(r"-?\d*\.?\d+", number)]
                if not (self.place(word, numbers) or self.write(word, numbers, given, text)):
                    assert word in QUIET, f"an order this reader does not know: {word}"
                given.clear()

    def place(self, order: str, numbers: list[float]) -> bool:
        match order:
            case "q":
                self.kept.append((self.x, self.y))
            case "Q":
                self.x, self.y = self.kept.pop()
            case "cm":
                assert numbers[:4] == [1, 0, 0, 1]
                self.x, self.y = self.x + numbers[4], self.y + numbers[5]
            case "re":
                self.page.boxes.append((self.x + numbers[0], self.y + numbers[1], numbers[2], numbers[3]))
            case "m" | "l":
                self.page.corners.append((self.x + numbers[0], self.y + numbers[1]))
            case _:
                return False
        return True

    def write(self, order: str, numbers: list[float], given: list[str], text: bytes) -> bool:
        match order:
            case "Tm":
                self.pen = self.start = numbers[4]
                self.base = numbers[5]
            case "Td":
                self.pen = self.start = self.start + numbers[0]
                self.base += numbers[1]
            case "T*":
                self.pen = self.start
                self.base -= self.leading
            case "TL":
                self.leading = numbers[0]
            case "Tf":
                self.font, self.size = given[0][1:], numbers[0]
            case "Tj":
                meant, wide = self.letters[self.font].read(text)
                left, base = self.x + self.pen, self.y + self.base
                self.page.lines.append(Line(left, base, self.size, wide * self.size, meant))
                self.pen += wide * self.size
            case _:
                return False
        return True


def page(raw: bytes) -> Page:
    box = re.search(rb"/MediaBox \[ 0 0 (\S+) (\S+) \]", raw)
    contents = re.search(rb"/Contents (\d+)", raw)
    assert box
    assert contents
    found = Page(raw, float(box[1]), float(box[2]))
    Reader(found, dict(fonts(raw))).follow(unpacked(objects(raw)[int(contents[1])]))
    return found


def modules(drawn: Page, across: int) -> list[list[int]]:
    """The QR code of the page, quiet zone included, from the boxes inside the frame."""
    left, foot, side = drawn.frame
    dark = [[0] * across for _ in range(across)]
    for x, y, wide, high in drawn.boxes:
        if not (left <= x < left + side and foot <= y < foot + side):
            continue
        row = round((foot + side - y - high) * across / side)
        first, count = round((x - left) * across / side), round(wide * across / side)
        dark[row][first : first + count] = [1] * count
    return dark


def expected(link: str) -> list[list[int]]:
    made = segno.make_qr(link, error="m")
    assert made.error in {"M", "Q", "H"}
    return [[int(module) for module in row] for row in made.matrix_iter(border=4)]


def drawn(station: Station = REAL, home: str = HOME, words: Mapping[str, str] = WORDS) -> Page:
    return page(poster.draw(station, home, words))


LINKS = [
    ("https://trucban.gov.vn", "https://trucban.gov.vn/?start=mai_phu"),
    ("https://trucban.gov.vn/", "https://trucban.gov.vn/?start=mai_phu"),
    ("https://tinh.gov.vn/truc-ban/", "https://tinh.gov.vn/truc-ban/?start=mai_phu"),
    (HOME, f"{HOME}/?start=mai_phu"),
]


@pytest.mark.parametrize(("home", "link"), LINKS)
def test_the_code_is_drawn_module_by_module(home: str, link: str) -> None:
    matrix = expected(link)
    made = drawn(home=home)
    assert modules(made, len(matrix)) == matrix
    assert made.frame[2] / len(matrix) >= 1.6 * MM, "too fine to scan from a metre"
    assert f"/URI ({link})".encode() in made.raw


def test_a_browser_shows_the_code_and_leaves_the_edge_white(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.fail("no Chromium on PATH: apt-get install -y chromium fonts-noto-core")
    file = tmp_path / "poster.pdf"
    made = drawn()
    file.write_bytes(made.raw)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 900, "height": 1300}, device_scale_factor=2)
        view.goto(f"{file.as_uri()}#toolbar=0&navpanes=0&view=Fit")
        for _ in range(100):
            seen = Image.open(io.BytesIO(view.screenshot())).convert("L")
            paper = seen.point(lambda grey: 255 * (grey > 250)).getbbox()
            # The sheet is there, and the ink on it.
            if paper and paper[3] - paper[1] > 1000 and seen.crop(paper).histogram()[0] > 10_000:
                break
            view.wait_for_timeout(100)
        browser.close()
    assert paper
    sheet = seen.crop(paper)
    scale = sheet.width / made.width
    assert sheet.height / sheet.width == pytest.approx(2**0.5, rel=0.01)
    inner = round(SAFE * scale)
    ink = (
        sheet.point(lambda grey: 255 * (grey < 200)).crop((3, 3, sheet.width - 3, sheet.height - 3)).getbbox()
    )
    assert ink
    assert min(ink[0], ink[1], sheet.width - ink[2], sheet.height - ink[3]) > inner

    matrix = expected(f"{HOME}/?start=mai_phu")
    left, foot, side = made.frame
    step = side / len(matrix)

    def dark(row: int, column: int) -> int:
        x, y = left + (column + 0.5) * step, made.height - foot - side + (row + 0.5) * step
        grey = sheet.getpixel((round(x * scale), round(y * scale)))
        assert isinstance(grey, int)
        return int(grey < 128)

    places = range(len(matrix))
    assert [[dark(row, column) for column in places] for row in places] == matrix

    square = [
        round(edge * scale) for edge in (left, made.height - foot - side, left + side, made.height - foot)
    ]
    code = sheet.crop((square[0] + 1, square[1] + 1, square[2] - 1, square[3] - 1))
    rim = round(4 * step * scale) - 3
    code.paste(255, (rim, rim, code.width - rim, code.height - rim))
    assert code.getextrema()[0] > 200, "nothing reaches into the quiet zone"


def test_it_is_one_sheet_of_a5_in_vietnamese() -> None:
    made = drawn()
    assert (made.width, made.height) == (pytest.approx(148 * MM, abs=0.5), pytest.approx(210 * MM, abs=0.5))
    assert b"/Count 1" in made.raw
    assert b"/Lang (vi)" in made.raw
    title = re.search(rb"/Title \((.*?[^\\])\) /", made.raw, re.DOTALL)
    assert title
    assert unescaped(title[1]).decode("utf-16") == "Hỏi Công an xã Mai Phụ"
    assert b"Helvetica" not in made.raw, "every letter comes with the file"


def test_it_says_how_to_know_the_real_desk_and_whom_to_call() -> None:
    said = drawn().text
    for part in (
        "Hỏi Công an",
        "xã Mai Phụ",
        "Nhận ra bàn trực thật",
        "đúng địa chỉ in ở trên",
        "mã OTP, mật khẩu, ảnh thẻ",
        "không đòi tiền",
        "cài ứng dụng",
        "ra trụ sở",
    ):
        assert part in said
    assert re.search(r"113 công an.*114 cháy, cứu nạn.*115 cấp cứu", said)
    assert "trucban.mai-phu.hatinh.gov.vn" in said
    assert "**" not in said
    assert "{" not in said


@pytest.mark.parametrize("demo", [True, False])
def test_a_demo_station_is_marked(demo: bool) -> None:
    assert ("BẢN THỬ" in drawn(replace(REAL, demo=demo)).text) is demo


@pytest.mark.parametrize(
    ("home", "shown"),
    [
        ("https://Truc-Ban.gov.vn/", "truc-ban.gov.vn"),
        ("https://tinh.gov.vn/truc-ban", "tinh.gov.vn/truc-ban"),
        ("http://192.168.1.5:8080", "http://192.168.1.5:8080"),
    ],
)
def test_the_address_is_printed_as_one_types_it(home: str, shown: str) -> None:
    assert shown in [line.text for line in drawn(home=home).lines]


NAMES = [SIXTY, "Ư" * 60, "Công an phường " * 20, "Công an xã <b>Lạ</b> & «Xa»", "Công an xã Ia"]


def names() -> Iterator[Station]:
    yield from loading.knowledge(ROOT).stations.values()
    for name in NAMES:
        for demo in (True, False):
            yield replace(REAL, name=name.strip(), demo=demo)


def test_nothing_overflows_or_overlaps() -> None:
    for station in names():
        for home in (HOME, "https://truc-ban.chuyen-doi-so.thanh-pho-ho-chi-minh.gov.vn/cong-an-phuong"):
            made = drawn(station, home)
            rows: dict[float, tuple[float, float]] = {}
            for line in made.lines:
                assert line.left >= SAFE
                assert line.left + line.width <= made.width - SAFE
                assert line.base - 0.27 * line.size >= SAFE
                assert line.base + line.size <= made.height - SAFE
                rows[round(line.base, 1)] = (line.base - 0.27 * line.size, line.base + 0.8 * line.size)
            for x, y in made.corners:
                assert SAFE <= x <= made.width - SAFE
                assert SAFE <= y <= made.height - SAFE
            left, foot, side = made.frame
            assert left >= SAFE
            assert side >= 60 * MM
            spans = sorted([*rows.values(), (foot, foot + side)])
            for (_, top), (bottom, _) in pairwise(spans):
                assert bottom >= top - 2, f"{station.name}: two lines on one another"
            said = "".join(made.text.split())
            assert "".join(station.name.split()) in said, "the whole name is there"
            assert poster.typed(home) in said, "the whole address is there"


def test_every_letter_drawn_is_in_the_fonts() -> None:
    drawn()
    wanted = {
        *CONSONANTS,
        *(unicodedata.normalize("NFC", letter + mark) for letter in VOWELS for mark in MARKS),
    }
    wanted |= {letter.upper() for letter in wanted}
    for station in loading.knowledge(ROOT).stations.values():
        wanted |= set(drawn(station).text)
    for name in (letters.REGULAR, letters.BOLD):
        known = pdfmetrics.getFont(name).face.charToGlyph  # type: ignore[attr-defined]
        assert not [letter for letter in wanted if not known.get(ord(letter))]


def test_a_name_typed_with_loose_marks_is_drawn_whole() -> None:
    loose = replace(REAL, name=unicodedata.normalize("NFD", REAL.name))
    assert loose.name != REAL.name
    assert drawn(loose).text == drawn().text


def test_every_sentence_of_the_file_is_used() -> None:
    used = set()

    class Noted(dict[str, str]):
        def __getitem__(self, key: str) -> str:
            used.add(key)
            return super().__getitem__(key)

    drawn(replace(REAL, demo=True), words=Noted(WORDS))
    assert used == set(WORDS)


def test_the_same_station_gives_the_same_file() -> None:
    assert poster.draw(REAL, HOME, WORDS) == poster.draw(REAL, HOME, WORDS)
