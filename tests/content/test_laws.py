from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.content.edition import Edition
from bot.content.laws import Law, resting_on
from bot.domain.answer import Answer, Body, Case, Option, Source, Spell, Variant
from bot.domain.knowledge import Knowledge

DECREE = "Điều 21 NĐ 70/2024/NĐ-CP (sửa bởi NĐ 58/2026/NĐ-CP)"


def answer(body: Body, *more: Variant, sources: tuple[Source, ...] = ()) -> Answer:
    return Answer("can_cuoc.thu", "Thử", "Thử", (Variant(body), *more), sources, date(2026, 11, 22))


def knowing(edition: Edition, one: Answer) -> Knowledge:
    return replace(edition.known, answers={one.intent: one}, emergencies={}, stations={})


class TestSpelling:
    @pytest.mark.parametrize(
        "asked",
        [
            "NĐ 70/2024", "Nghị định 70/2024", "NĐ 70/2024/NĐ-CP", "nd 70 2024", "70/2024/NĐ-CP", "70/2024",
            "nghị định số 70 năm 2024", "nđ70/2024", "Điều 21 NĐ 70/2024", "nghi dinh 70/2024/nd-cp",
        ],
    )  # fmt: skip
    def test_a_decree_is_found_however_it_is_spelt(self, asked: str) -> None:
        assert Law(asked).stands_in(DECREE)

    @pytest.mark.parametrize(
        "asked", ["NĐ 21/2024", "NĐ 70/2023", "TT 70/2024", "NĐ 7/2024", "NĐ 170/2024", "NĐ", "", "nghị định"]
    )
    def test_another_one_is_not(self, asked: str) -> None:
        assert not Law(asked).stands_in(DECREE)

    def test_the_issuer_tells_two_circulars_of_one_number_apart(self) -> None:
        assert Law("TT 117/2026/TT-BTC").stands_in("TT 117/2026/TT-BTC")
        assert not Law("TT 117/2026/TT-BTC").stands_in("Điều 8 TT 117/2026/TT-BCA")
        assert Law("TT 117/2026").stands_in("Điều 8 TT 117/2026/TT-BCA")

    def test_leading_zeros_and_the_full_name_do_not_matter(self) -> None:
        assert Law("tt 8/2026").stands_in("Điều 4, 8 Thông tư 08/2026/TT-BKHCN")

    def test_a_decision_without_a_year(self) -> None:
        assert Law("quyết định 5230").stands_in("QĐ 5230/QĐ-BCA-C06")
        assert Law("QĐ 5230/2026").stands_in("QĐ 5230/QĐ-BCA-C06")

    @pytest.mark.parametrize(
        "asked", ["Luật Căn cước", "luat can cuoc 2023", "Điều 38 Luật Căn cước", "căn cước"]
    )
    def test_a_law_is_found_by_its_name(self, asked: str) -> None:
        assert Law(asked).stands_in("Khoản 2 Điều 38 Luật Căn cước 2023")
        assert not Law(asked).stands_in("Điều 26 Luật Cư trú")

    def test_a_code_is_found_by_what_people_call_it(self) -> None:
        assert Law("BLHS").stands_in("Điều 174, 290 Bộ luật Hình sự")
        assert not Law("BLHS").stands_in("Điều 145 Bộ luật Tố tụng hình sự")

    def test_another_year_is_another_law(self) -> None:
        assert not Law("Luật Căn cước 2014").stands_in("Điều 38 Luật Căn cước 2023")

    def test_days_months_and_articles_are_no_documents(self) -> None:
        assert not Law("NĐ 7/2024").stands_in("Thanh Niên, 7/2024")
        assert not Law("NĐ 10/2025").stands_in("Bộ Công an cảnh báo 21/10/2025")
        assert not Law("NĐ 1/2020").stands_in("Nơi nhận lập 2 biên bản, bác giữ 1 bản")
        assert not Law("NĐ 32/2024").stands_in("Điều 31, 32 NĐ 69/2024/NĐ-CP")


class TestWhere:
    def test_the_law_of_the_answer(self, edition: Edition) -> None:
        one = answer(Body(short="x", law=(DECREE,)))
        (ground,) = resting_on("NĐ 58/2026", knowing(edition, one))
        assert (ground.id, ground.title, ground.text) == ("can_cuoc.thu", "Thử", DECREE)

    def test_the_law_of_an_option_of_an_option(self, edition: Edition) -> None:
        inner = Case("Sau?", (Option("a", Body(law=(DECREE,))), Option("b", Body())))
        outer = Case("Trước?", (Option("1", Body()), Option("2", Body(cases=(inner,)))))
        assert resting_on("NĐ 70/2024", knowing(edition, answer(Body(short="x", cases=(outer,)))))

    def test_the_law_of_a_variant(self, edition: Edition) -> None:
        later = Variant(Body(short="y", law=(DECREE,)), date(2027, 1, 1))
        assert resting_on("NĐ 70/2024", knowing(edition, answer(Body(short="x"), later)))

    def test_a_source(self, edition: Edition) -> None:
        one = answer(Body(short="x"), sources=(Source("Nghị định 70/2024/NĐ-CP"),))
        assert resting_on("nd 70 2024", knowing(edition, one))

    def test_what_is_said_and_what_it_costs(self, edition: Edition) -> None:
        one = answer(
            Body(short="x", steps=("Nói giấy này đã bỏ theo NĐ 58/2026",), fee=(Spell("theo TT 64/2025"),))
        )
        assert resting_on("NĐ 58/2026", knowing(edition, one))
        assert resting_on("TT 64/2025/TT-BTC", knowing(edition, one))

    def test_our_content_names_each_answer_once(self, edition: Edition) -> None:
        ids = [ground.id for ground in resting_on("Nghị định 70/2024", edition.known)]
        assert "can_cuoc.cap_lai" in ids
        assert len(ids) == len(set(ids))
