"""Text set in our letters for print: lines of type, and headings that grow and shrink with their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from html import escape

import fontpkg
from reportlab.lib.colors import Color, black
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

FAMILY = "Be Vietnam Pro"
REGULAR, BOLD = "BeVietnamPro-Regular", "BeVietnamPro-Bold"
SMALLEST = 8  # points down to which a heading shrinks
_ENDLESS = 10_000  # points: as high as a text may want to be


def learn() -> None:
    """Give the typesetter our letters; it keeps them for the life of the process."""
    if REGULAR in pdfmetrics.getRegisteredFontNames():
        return
    for name, weight in ((REGULAR, "regular"), (BOLD, "bold")):
        pdfmetrics.registerFont(TTFont(name, str(fontpkg.path(FAMILY, weight))))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def line(  # noqa: PLR0913  # what a line of type is
    content: str,
    size: float,
    *,
    font: str = REGULAR,
    colour: Color = black,
    centred: bool = True,
    indent: float = 0,
    leading: float = 1.35,
) -> Paragraph:
    """A text to be set; **strong** words are bold, anything else stands as it is written."""
    style = ParagraphStyle(
        "poster",
        fontName=font,
        fontSize=size,
        leading=size * leading,
        textColor=colour,
        alignment=TA_CENTER if centred else TA_LEFT,
        leftIndent=indent,
        rightIndent=indent if centred else 0,
        spaceShrinkage=0,  # lines that fit, fit as they are measured
    )
    plain = escape(unicodedata.normalize("NFC", content))  # the font has no loose marks
    return Paragraph(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", plain).replace("\n", "<br/>"), style)


def height(text: Paragraph, width: float) -> float:
    """How high a text stands in a column."""
    found: float = text.wrap(width, _ENDLESS)[1]
    return found


def fitting(content: str, width: float, most: float, largest: int, colour: Color) -> Paragraph:
    """A heading as large as its place allows; a word is broken only when no size would keep it whole.

    `most` is how high it may stand, `largest` the points it may have.
    """

    def at(size: int, indent: float = 0) -> Paragraph:
        return line(content, size, font=BOLD, colour=colour, indent=indent, leading=1.15)

    sizes = range(largest, SMALLEST - 1, -1)
    low = [size for size in sizes if height(at(size), width) <= most] or [SMALLEST]
    whole = [size for size in low if at(size).minWidth() <= width]
    return _balanced(partial(at, (whole or low)[0]), width)


def _balanced(at: Callable[[float], Paragraph], width: float) -> Paragraph:
    """A centred text, given its indent, with lines about equally long: indented until one more is needed."""
    lines, indent = height(at(0), width), 0.0
    while at(0).minWidth() <= width - 2 * (indent + mm) and height(at(indent + mm), width) == lines:
        indent += mm
    return at(indent)
