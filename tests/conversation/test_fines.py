from __future__ import annotations

from bot.conversation.fines import depends, fines
from bot.domain.answer import Body, Case, Option


def test_parts_that_speak_of_punishment_are_kept_in_order() -> None:
    body = Body(
        short="**Nộp ở Công an xã.** Không nộp bị phạt 10–20 triệu.",
        steps=("Gọi báo trước", "Không báo: 2–5 triệu"),
        notes=("Trừ 4 điểm bằng lái", "Tước bằng 22–24 tháng"),
        warn="Giữ súng quân dụng đi tù 1–7 năm.",
    )
    assert fines(body) == (body.short, "Không báo: 2–5 triệu", *(body.notes or ()), body.warn)


def test_a_fee_or_a_place_is_no_punishment() -> None:
    assert (
        fines(Body(short="Lệ phí 35.000 đ", steps=("Ra Công an xã", "Trừ ngày lễ"), warn="Hỏi trước")) == ()
    )


def test_punishment_told_only_in_a_later_case_is_found() -> None:
    inner = Case("Xe nào?", (Option("Xe máy", Body(short="Phạt 4–6 triệu")), Option("Ô tô", Body())))
    outer = Case("Lỗi nào?", (Option("Đèn đỏ", Body(cases=(inner,))), Option("Khác", Body(short="Hỏi lại"))))
    assert depends(Body(cases=(outer,)))
    assert not depends(Body(cases=(Case("?", (Option("a", Body(short="Hỏi lại")), Option("b", Body()))),)))
