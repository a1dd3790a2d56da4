"""Our Markdown subset where there is no markup."""

from __future__ import annotations

import pytest

from bot.channels import markup

LISTS = "**Mang theo**\n\n- Thẻ cũ\n- Ảnh\n\n* **Ở đâu:** xã\n* **Lệ phí:** 0 đ\n\n1. Nộp\n2. Nhận\n* Hết"


@pytest.mark.parametrize(("shown", "bold"), [(markup.spaced, "{}"), (markup.telegram, "<b>{}</b>")])
def test_two_lists_in_a_row_are_set_apart(shown: object, bold: str) -> None:
    assert callable(shown)
    head, where, fee = (bold.format(words) for words in ("Mang theo", "Ở đâu:", "Lệ phí:"))
    assert shown(LISTS) == (
        f"{head}\n\n– Thẻ cũ\n– Ảnh\n\n– {where} xã\n– {fee} 0 đ\n\n1. Nộp\n2. Nhận\n\n– Hết"
    )


def test_words_that_were_set_apart_are_quoted_where_there_is_no_slant() -> None:
    assert markup.spaced("Gõ *mất căn cước* nhé") == "Gõ “mất căn cước” nhé"
    assert markup.spaced("bàn trực *tự động*") == "bàn trực tự động"  # one word, which needs no marks
    assert (
        markup.spaced("*Căn cứ: Luật Căn cước.*") == "Căn cứ: Luật Căn cước."
    )  # a whole line is no quotation
    assert markup.spaced('nói *"tôi bị lừa rồi"* nhé') == 'nói "tôi bị lừa rồi" nhé'
