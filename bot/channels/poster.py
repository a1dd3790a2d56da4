"""The way in from a wall: an A5 sheet with a station's QR code and how to know the real desk."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from urllib.parse import quote, urlsplit

import segno
import yaml
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from bot.channels import letters
from bot.domain.station import Station

INK = HexColor(0x0B4A38)  # a green so dark that a black-and-white printer keeps it solid

WIDTH, HEIGHT = A5
MARGIN = 9 * mm  # beyond the 3 mm that printers cannot reach, with room for a drawing pin
COLUMN = WIDTH - 2 * MARGIN
GAP = 2 * mm

HEADING = 26 * mm  # as high as the heading may grow: two lines of the largest letters
ADDRESS = 9 * mm
LARGEST = 32  # points of the heading, if it is short

QUIET = 4  # white modules around a QR code, as its standard asks
FRAME = 1 * mm  # from the quiet zone to the frame, so that its round corners stay outside
MODULE = 2 * mm  # what a phone held at 1 m still sees as several pixels

REAL = ("real_address", "real_secret", "real_nothing", "real_doubt")
CALLS = ("113", "114", "115")


def words() -> dict[str, str]:
    """The sentences on the poster."""
    found: dict[str, str] = yaml.safe_load(files("bot.channels").joinpath("poster.yaml").read_text("utf-8"))
    return found


def link(station: Station, address: str) -> str:
    """What the QR code opens: the web page, already knowing which station is meant."""
    return f"{address.rstrip('/')}/?start={quote(station.id)}"


def typed(address: str) -> str:
    """The address as one types it: without the scheme that browsers add by themselves."""
    parts = urlsplit(address.rstrip("/"))
    scheme = "" if parts.scheme == "https" else f"{parts.scheme}://"
    return f"{scheme}{parts.netloc.lower()}{parts.path}"


def draw(station: Station, address: str, words: Mapping[str, str]) -> bytes:
    """The poster of a station as a PDF; `address` is where the web page stands (PUBLIC_URL).

    The same station, address and words give the same bytes.
    """
    letters.learn()
    title = words["title"].format(name=unicodedata.normalize("NFC", station.name))
    file = io.BytesIO()
    # The stub takes the font's name for a number; without it the file asks for a Helvetica it never uses.
    canvas = Canvas(file, A5, lang="vi", pageCompression=1, invariant=1, initialFontName=letters.REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(title)
    canvas.setAuthor(station.name)
    canvas.setSubject(" ".join(words["does"].split()))
    canvas.setCreator("Trực Ban")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    sheet = _Sheet(canvas, top=HEIGHT - MARGIN, floor=MARGIN)
    if station.demo:
        _demo(sheet, words["demo"])
    sheet.sink(letters.line(words["kicker"].format(province=station.province), 10.5, colour=INK), GAP / 2)
    sheet.sink(letters.fitting(title, COLUMN, HEADING, LARGEST, INK), GAP)
    sheet.sink(letters.line(words["does"], 11), GAP)
    _calls(sheet, words)
    _real(sheet, words)
    _door(sheet, link(station, address), typed(address), words)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


@dataclass(slots=True)
class _Sheet:
    """A page filled from both ends: `top` sinks, `floor` rises; what is left between is for the QR code."""

    canvas: Canvas
    top: float
    floor: float

    def sink(self, text: Paragraph, gap: float = 0) -> None:
        """Set a text under what already stands at the top, and leave a gap."""
        height = letters.height(text, COLUMN)
        text.drawOn(self.canvas, MARGIN, self.top - height)
        self.top -= height + gap

    def rise(self, text: Paragraph, gap: float = 0) -> None:
        """Set a text over what already stands at the bottom, and leave a gap."""
        height = letters.height(text, COLUMN)
        text.drawOn(self.canvas, MARGIN, self.floor)
        self.floor += height + gap


def _demo(sheet: _Sheet, notice: str) -> None:
    """A dashed band that says: not the real thing."""
    text = letters.line(notice, 9.5, font=letters.BOLD)
    height = letters.height(text, COLUMN) + GAP
    sheet.canvas.setDash(3, 2)
    sheet.canvas.setLineWidth(0.8)
    sheet.canvas.roundRect(MARGIN, sheet.top - height, COLUMN, height, 1.5 * mm)
    sheet.canvas.setDash()
    sheet.top -= GAP / 2
    sheet.sink(text, GAP * 1.5)


def _calls(sheet: _Sheet, words: Mapping[str, str]) -> None:
    """The emergency numbers, a box each, along the foot of the page."""
    height, width = 12 * mm, (COLUMN - GAP * (len(CALLS) - 1)) / len(CALLS)
    sheet.canvas.setFillColor(INK)
    for place, number in enumerate(CALLS):
        left = MARGIN + place * (width + GAP)
        sheet.canvas.roundRect(left, sheet.floor, width, height, 2 * mm, stroke=0, fill=1)
        text = letters.line(f"**{number}**", 17, colour=white, leading=1.0)
        letters.height(text, width)
        text.drawOn(sheet.canvas, left, sheet.floor + 5.2 * mm)
        text = letters.line(words[f"call_{number}"], 8.5, colour=white, leading=1.0)
        letters.height(text, width)
        text.drawOn(sheet.canvas, left, sheet.floor + 1.7 * mm)
    sheet.floor += height + GAP / 2
    sheet.rise(letters.line(words["urgent"], 10, font=letters.BOLD, colour=INK), GAP)


def _real(sheet: _Sheet, words: Mapping[str, str]) -> None:
    """How to recognise the real desk: short lines beside a bar."""
    foot = sheet.floor
    for key in reversed(REAL):
        sheet.rise(letters.line(words[key], 10, centred=False, indent=4 * mm), GAP / 4)
    sheet.rise(letters.line(words["real"], 12, font=letters.BOLD, colour=INK, centred=False, indent=4 * mm))
    sheet.canvas.setFillColor(INK)
    sheet.canvas.rect(MARGIN, foot, 1.2 * mm, sheet.floor - foot, stroke=0, fill=1)
    sheet.floor += GAP


def _door(sheet: _Sheet, link: str, typed: str, words: Mapping[str, str]) -> None:
    """The QR code, as large as the room between head and foot, with what to do over and under it."""
    sheet.rise(letters.fitting(typed, COLUMN, ADDRESS, 18, INK), GAP / 4)
    sheet.rise(letters.line(words["type"], 10), GAP / 2)
    sheet.sink(letters.line(words["scan"], 11), GAP / 2)
    _code(sheet, link)


def _code(sheet: _Sheet, link: str) -> None:
    """A QR code in the middle of the room left, framed; on a screen it is a link."""
    # Error correction M at least (15 % may be torn or dirty); segno raises it where that costs no module.
    code = segno.make_qr(link, error="m")
    across = code.symbol_size(border=QUIET)[0]
    module = min(MODULE, (sheet.top - sheet.floor - 2 * FRAME) / across)
    side = across * module
    left, foot = (WIDTH - side) / 2, (sheet.top + sheet.floor - side) / 2
    sheet.canvas.setStrokeColor(INK)
    sheet.canvas.setLineWidth(1.2)
    outer = side + 2 * FRAME
    sheet.canvas.roundRect(left - FRAME, foot - FRAME, outer, outer, 2.5 * mm)
    # One path: rectangles painted one by one would show hairlines between them on a screen.
    path = sheet.canvas.beginPath()
    for row, line in enumerate(code.matrix):
        column = QUIET
        for dark, run in groupby(line):
            length = len(list(run))
            if dark:
                path.rect(
                    left + column * module, foot + side - (row + QUIET + 1) * module, length * module, module
                )
            column += length
    sheet.canvas.setFillColor(black)
    sheet.canvas.drawPath(path, stroke=0, fill=1)
    sheet.canvas.linkURL(link, (left, foot, left + side, foot + side))
