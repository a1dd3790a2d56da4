"""What a message says of the case it is about: ages, cues, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.edition import Edition
from bot.conversation.ages import ages
from bot.conversation.cues import Cues
from bot.domain.heard import Meant

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("làm căn cước cho con 5 tuổi", [(5, 5)]),
        ("lam can cuoc cho con 5t", [(5, 5)]),
        ("cháu mười ba tuổi", [(13, 13)]),
        ("bà tám mươi tuổi", [(80, 80)]),
        ("mẹ sáu lăm tuổi", [(65, 65)]),
        ("cháu 8 tháng tuổi", [(0, 0)]),
        ("trẻ dưới 6 tuổi", [(0, 5)]),
        ("trên 60 tuổi", [(60, 120)]),
        ("con gần 14 tuổi", [(13, 13)]),
        ("sinh năm 2012", [(13, 14)]),
        ("sinh ngày 20/11/2012", [(14, 14)]),
        ("sinh 25/11/2012", [(13, 13)]),
        ("cháu 2k15", [(10, 11)]),
        ("con 5 tuổi với đứa 9 tuổi", [(5, 5), (9, 9)]),
        ("ba t mất thẻ", []),
        ("nộp 5tr", []),
        ("sau 3 tháng", []),
        ("sinh năm 3000", []),
    ],
)
def test_ages_are_read_in_words_and_figures(text: str, found: list[tuple[int, int]]) -> None:
    assert list(ages(text, DAY)) == found


def label(edition: Edition, text: str) -> tuple[str, ...]:
    """The intent and the options taken for granted."""
    heard = edition.understanding.understand(text, day=DAY)
    assert isinstance(heard, Meant), heard
    answer = edition.known.answers[heard.intent]
    labels = []
    for depth, number in enumerate(heard.path):
        labels.append((answer.body(DAY, heard.path[:depth]).cases or ())[0].options[number].label)
    return (heard.intent, *labels)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mất cccd", ("can_cuoc.cap_lai", "Bị mất")),
        ("lam mat can cuoc roi", ("can_cuoc.cap_lai", "Bị mất")),
        ("maats cccd", ("can_cuoc.cap_lai", "Bị mất")),
        ("mất thẻ căn cước muốn làm lại trên vneid", ("can_cuoc.cap_lai", "Bị mất", "Làm trên mạng")),
        ("thẻ căn cước bị gãy", ("can_cuoc.cap_lai", "Bị hỏng, gãy, mờ")),
        ("làm căn cước cho con 5 tuổi", ("can_cuoc.tre_duoi_14", "Dưới 6 tuổi")),
        ("lam can cuoc cho chau 10t", ("can_cuoc.tre_duoi_14", "Từ 6 đến dưới 14")),
        ("gia hạn tạm trú", ("cu_tru.tam_tru", "Gia hạn")),
        ("mất hộ chiếu", ("dich_vu_cong.ho_chieu", "Mất hộ chiếu")),
    ],
)
def test_a_case_that_was_said_is_not_asked_for(text: str, found: tuple[str, ...], edition: Edition) -> None:
    assert label(edition, text) == found


def test_two_cases_at_once_are_asked_about(edition: Edition) -> None:
    assert label(edition, "thẻ căn cước vừa mất vừa gãy làm lại thế nào") == ("can_cuoc.cap_lai",)


def test_what_something_costs_is_no_loss(edition: Edition) -> None:
    assert "Bị mất" not in label(edition, "xin cấp lại thẻ căn cước mất bao lâu")


class TestCues:
    def found(self, edition: Edition, cue: str, text: str) -> bool:
        lexicon = edition.understanding.matcher.lexicon
        return bool(Cues(lexicon, {0: [cue]}, ["mất bao"]).found(lexicon.words(text)))

    @pytest.mark.parametrize("text", ["thẻ bị gãy đôi", "the bi gay doi", "thẻ bị gẫy".replace("gẫy", "gãy")])
    def test_are_found_however_they_are_typed(self, text: str, edition: Edition) -> None:
        assert self.found(edition, "bị gãy", text)

    @pytest.mark.parametrize("text", ["thẻ không mất", "thẻ chưa bị mất", "làm thẻ mất bao lâu", "mặt mũi"])
    def test_are_not_found_where_they_are_denied_or_mean_something_else(
        self, text: str, edition: Edition
    ) -> None:
        assert not self.found(edition, "mất", text)

    def test_may_have_a_gap(self, edition: Edition) -> None:
        assert self.found(edition, "gọi … rồi", "gọi cho ngân hàng rồi")
        assert not self.found(edition, "gọi … rồi", "gọi một hai ba bốn năm sáu bảy tám rồi")
