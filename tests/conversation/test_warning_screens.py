"""What officers read of a warning on its way: counts by door and reason, the hours, what may be done."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.content.rota import rota
from bot.conversation.officer.warnings.course import CourseScreens
from bot.conversation.officer.warnings.reach import ReachWords
from bot.conversation.officer.warnings.ways import sees, ways
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Audience, Fate, Progress
from bot.domain.officer import Officer, Role
from bot.domain.seat import LOCAL
from bot.domain.warning import Bulletin, Case, Move, State, Topic
from tests.conftest import ROOT

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=LOCAL)
NIGHT = NOON.replace(hour=22)
TOLD = Bulletin(Topic.SCAM, ("mai_phu",), "Kẻ giả danh", "Gác máy, gọi trụ sở.", NOON + timedelta(days=2))
CASE = Case("tb1", TOLD, "author", State.SUBMITTED, 3, NOON)
CHIEF = Officer("chief", "Chỉ huy", Role.COMMANDER, ("mai_phu",), NOON)


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return rota(ROOT)


def reach(known: Knowledge, now: datetime = NOON) -> ReachWords:
    return ReachWords(WarningWords(known, now))


def test_before_it_is_sent_one_reads_how_many_and_who_not_and_why(known: Knowledge) -> None:
    audience = Audience({"zalo_oa": 1200, "telegram": 4}, {("zalo_oa", "closed"): 7, ("telegram", "odd"): 1})
    told = "\n".join(reach(known).before(CASE, audience))
    assert "Tới 1.204 người" in told
    assert "Zalo 1.200, Telegram 4" in told
    assert "Không tới được 8 người" in told
    assert "Zalo: 7 – quá 7 ngày không nhắn" in told
    assert "Telegram: 1 – nền tảng từ chối (odd)" in told
    assert "0 đồng" in told
    assert "chưa tới ai" in "\n".join(reach(known).before(CASE, Audience({}, {})))


def test_who_goes_by_another_door_is_told_beforehand_and_afterwards(known: Knowledge) -> None:
    detours = {("zalo_oa", "closed", "telegram"): 1200, ("telegram", "", "zalo_oa"): 2}
    audience = Audience({"zalo_oa": 2, "telegram": 1300}, {("zalo_oa", "down"): 5}, detours)
    told = "\n".join(reach(known).before(CASE, audience))
    assert "1.202 người nhận ở kênh khác" in told
    assert "- Zalo → Telegram: 1.200 – quá 7 ngày không nhắn" in told
    assert "- Telegram → Zalo: 2 – kênh ấy mới dùng gần đây" in told
    assert "Zalo: 5 – kênh này đang hỏng" in told
    assert "không kèm số điện thoại" in told
    counts = {("telegram", Fate.DELIVERED, ""): 3, ("zalo_oa", Fate.EXPIRED, "door"): 4}
    progress = Progress(7, counts, detours={("zalo_oa", "blocked", "telegram"): 2})
    after = "\n".join(reach(known).after(replace(CASE, state=State.EXPIRED), progress))
    assert "2 người nhận ở kênh khác: Zalo → Telegram: 2 – đã chặn tài khoản" in after
    assert "Chưa kịp gửi: 4 (Zalo: 4 – kênh này chưa mở, hoặc hỏng" in after
    everybody = "\n".join(reach(known).before(CASE, Audience({"telegram": 1}, {})))
    assert "kênh khác" not in everybody
    assert "điện thoại" not in everybody


def test_at_night_one_reads_when_it_goes_out_or_that_it_never_does(known: Knowledge) -> None:
    everybody = Audience({"telegram": 1}, {})
    assert "7:00 tin mới đi" in "\n".join(reach(known, NIGHT).before(CASE, everybody))
    soon_over = replace(CASE, bulletin=replace(TOLD, expires=NIGHT + timedelta(hours=3)))
    assert "không ai nhận" in "\n".join(reach(known, NIGHT).before(soon_over, everybody))
    danger = replace(CASE, bulletin=replace(TOLD, urgent=True))
    assert "gửi cả ban đêm" in "\n".join(reach(known, NIGHT).before(danger, everybody))


def test_while_it_is_sent_and_afterwards_one_reads_every_fate(known: Knowledge) -> None:
    counts = {
        ("zalo_oa", Fate.DELIVERED, ""): 300, ("telegram", Fate.REFUSED, "blocked"): 10,
        ("zalo_oa", Fate.UNSURE, ""): 2, ("zalo_oa", Fate.WAITING, ""): 892,
    }  # fmt: skip
    progress = Progress(1204, Counter(counts), begun=NOON, fixed=NOON, read=5, right=3, wrong=1, again=1)
    told = "\n".join(reach(known).after(replace(CASE, state=State.SENDING), progress))
    assert "Đang gửi 312/1.204" in told
    assert "Không tới được: 10 (Telegram: 10 – đã chặn tài khoản)" in told
    assert "Chưa chắc đã nhận: 2 (Zalo 2)" in told
    assert "Chờ đến lượt: 892" in told
    assert "Bấm Đã hiểu: 5" in told
    done = "\n".join(reach(known).after(replace(CASE, state=State.DONE), progress))
    assert "Gửi lại thì có người nhận hai lần" in done
    ended = Progress(0, {}, begun=NOON, fixed=NOON, ended=NOON)
    assert "không tới ai" in reach(known).after(replace(CASE, state=State.DONE), ended)[0]


def test_only_what_the_table_allows_is_a_button(known: Knowledge) -> None:
    screens = CourseScreens(WarningWords(known, NOON))

    def labels(case: Case, officer: Officer, *, again: bool = False) -> set[str]:
        shown = screens.case(
            case, ways(case, officer, NOON), author="A", approver="", told=(), corrects=False, again=again
        )
        return {each.label for each in shown.buttons}

    assert {"Duyệt và gửi ngay", "Duyệt, chưa gửi", "Trả lại"} <= labels(CASE, CHIEF)
    own = replace(CASE, author="chief")
    assert labels(own, CHIEF) & {"Duyệt, chưa gửi", "Trả lại", "Rút về sửa"} == {"Rút về sửa"}
    wide = replace(CASE, bulletin=replace(TOLD, stations=()))
    assert not labels(wide, CHIEF) & {"Duyệt, chưa gửi", "Trả lại"}
    sending = replace(CASE, state=State.SENDING)
    assert labels(sending, CHIEF) >= {"Xem đến đâu rồi", "Dừng"}
    done = replace(CASE, state=State.DONE)
    assert "Gửi lại cho người chưa chắc" in labels(done, CHIEF, again=True)
    over = replace(done, bulletin=replace(TOLD, expires=NOON))
    assert "Gửi lại cho người chưa chắc" not in labels(over, CHIEF, again=True)


def test_a_guest_after_the_end_and_whoever_left_see_and_may_nothing() -> None:
    for gone in (replace(CHIEF, until=NOON), replace(CHIEF, left=NOON)):
        assert ways(CASE, gone, NOON) == ()
        assert not sees(CASE, gone, NOON)
    assert not sees(CASE, replace(CHIEF, stations=("thanh_sen",)), NOON)
    assert not sees(replace(CASE, state=State.DRAFT), CHIEF, NOON)  # another's draft
    assert Move.APPROVE in ways(CASE, CHIEF, NOON)
