"""Letters of other languages: who writes in them hears it at once, in a tongue that may be theirs."""

from __future__ import annotations

import re

# Letters of any script but the Latin one, in which Vietnamese is written. Han, kana, hangul, Lao, Thai,
# Khmer, Cyrillic, Arabic … come out of the matcher as nothing at all.
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff\uff21-\uff5a]")


def is_foreign(text: str) -> bool:
    """Whether most letters of a message are of a script that Vietnamese is not written in."""
    letters = _LETTER.findall(text)
    return bool(letters) and 2 * sum(1 for letter in letters if not _LATIN.match(letter)) > len(letters)
