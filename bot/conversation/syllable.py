"""What a Vietnamese syllable can look like, so that Telex residue and glued words can be told from words.

The inventory of onsets and rimes is the standard one of modern orthography (quốc ngữ).
"""

from __future__ import annotations

import unicodedata

from bot.conversation.text import TONES, Token, fold, remembered

_ONSETS = frozenset(
    ["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x".split()],
)
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ich im in inh ip it iu ia
    iêc iêm iên iêng iêp iêt iêu o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat
    oay oăc oăm oăn oăng oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u uc ui um un ung up ut ua uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ uy uya uych
    uyên uyêt uynh uyt uyu uyp ư ưc ưi ưm ưn ưng ưt ưu ưa ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
    """.split()
)
_FOLDED_RIMES = frozenset(map(fold, _RIMES))
_STOPS = ("c", "ch", "p", "t")
_STOP_TONES = "\u0301\u0323"  # a syllable that ends in a stop takes sắc or nặng only


def _splits(word: str) -> list[tuple[str, str]]:
    return [(word[:cut], word[cut:]) for cut in range(min(3, len(word)) + 1) if word[:cut] in _ONSETS]


@remembered(16_384)
def is_bare(folded: str) -> bool:
    """Whether a word without marks can be a Vietnamese syllable."""
    plain = folded.replace("đ", "d")
    return any(rime in _FOLDED_RIMES for _, rime in _splits(plain))


@remembered(16_384)
def is_marked(word: str) -> bool:
    """Whether a word with marks (`Token.marked` form: tone last) is a well-formed syllable."""
    tone = word[-1] if word and word[-1] in TONES else ""
    letters = word[: len(word) - len(tone)]
    if letters.endswith(_STOPS) and tone not in _STOP_TONES:
        return False
    return any(rime in _RIMES for _, rime in _splits(letters))


def compose(letters: str, tone: str) -> Token:
    """A token of letters with shapes (`cân`) and a combining tone or nothing."""
    letters = unicodedata.normalize("NFC", letters)
    plain = fold(letters)
    return Token(letters + tone, plain, letters + tone != plain)
