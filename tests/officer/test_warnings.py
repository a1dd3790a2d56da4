"""A warning from the first word to the report, at every door, with a real store and real codes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from bot.domain.officer import Hand, Officer, Role
from bot.domain.warning import Case, State
from bot.services.officers import TERMINAL, Officers
from bot.store.naming import person
from bot.store.warnings import Warnings
from tests import test_handover_everywhere as everywhere
from tests.open_house import OpenHouse, open_house
from tests.services.test_officers import totp
from tests.somebody import OnTelegram, OnTheWeb, Somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE = everywhere.PATIENCE
TITLE = "Có kẻ giả danh công an xã gọi điện"
TEXT = "Có người tự xưng công an xã gọi điện bảo cập nhật VNeID.\n- Gác máy\n- Không đọc mã OTP cho ai"
LISTED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_names = count(1)


class OnZalo(everywhere.OnZalo):
    """More buttons than Zalo has are numbered lines, and a number is typed."""

    async def next(self) -> tuple[str, dict[str, str]]:
        text, keys = await super().next()
        _, marked, listed = text.partition("Bác nhắn số để chọn:")
        return text, {label: number for number, label in LISTED.findall(listed)} if marked else keys


class Post:
    """An officer at a door, and their codes."""

    def __init__(self, them: Somebody, officer: Officer, secret: str) -> None:
        self.them, self.officer, self.secret, self.used = them, officer, secret, 0

    async def does(self, *labels: str) -> None:
        """Press buttons one after the other, reading the answer to each."""
        for label in labels:
            await self.press(label)

    async def press(self, label: str, *parts: str) -> str:
        assert label in self.them.keys, f"no button «{label}» in {list(self.them.keys)}"
        await self.them.press(label)
        return await self.reads(*parts)

    async def says(self, text: str, *parts: str) -> str:
        await self.them.say(text)
        return await self.reads(*parts)

    async def reads(self, *parts: str) -> str:
        """Read on to the next message with buttons that has these parts."""
        self.them.keys = {}
        told = []
        while True:
            told.append(await self.them.hears(*parts))
            if self.them.keys:
                return "\n".join(told)

    async def code(self, *parts: str) -> str:
        """The code of now, or the next one when that was used."""
        house = self.them.house
        house.now = max(house.now, datetime.now(UTC))
        if int(house.now.timestamp()) // 30 <= self.used:
            house.now += timedelta(seconds=31)
        self.used = int(house.now.timestamp()) // 30
        return await self.says(totp(self.secret, house.now), *parts)

    async def opens(self) -> str:
        await self.says("/cb", self.officer.name)
        return await self.press("Cảnh báo")

    async def pushed(self, choice: str) -> str:
        """A button of long ago."""
        await self.them.choose(choice)
        return await self.reads()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(300), open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        house.now = datetime.now(UTC)  # as the doors have it, which share their pace with what is sent
        yield house


async def hired(
    house: OpenHouse, door: type[Somebody], role: Role = Role.OFFICER, *stations: str, duty: bool = False
) -> Post:
    """An officer with a name of their own."""
    them, officers, now = door(house), Officers(house.store), house.now - timedelta(minutes=5)
    if isinstance(them, OnTheWeb):
        await them.connected()
    name = f"Cán bộ {next(_names):03}"
    talk, hand = person(them.address, house.store.names), Hand("", them.channel, now)
    code = await officers.invite(Hand(TERMINAL, TERMINAL, now), name, role, stations)
    assert code
    secret = (await officers.redeem(code, talk, hand)).secret
    found = await officers.confirm(code, totp(secret, now), talk, them.address, hand)
    assert found.officer
    if duty:
        await officers.set_duty(Hand(found.officer.id, them.channel, now), on=True)
    async with asyncio.timeout(PATIENCE):  # the desk looks which talks are officers' every two seconds
        while True:
            await them.say("/canbo")
            text, them.keys = await them.next()
            if name in text:
                return Post(them, found.officer, secret)


async def leave(house: OpenHouse, *posts: Post) -> None:
    for post in posts:
        await Officers(house.store).leave(Hand(TERMINAL, TERMINAL, house.now), post.officer.id)


async def written(author: Post, *, danger: bool = True, drill: bool = True) -> Case:
    """A draft with nothing wrong, written from the menu on; its title is its own."""
    await author.opens()
    await author.does("Soạn cảnh báo", "Lừa đảo")
    if "Công an xã Mai Phụ" in author.them.keys:
        await author.does("Công an xã Mai Phụ")
    await author.does("Tự viết")
    await author.says(f"Kẻ giả danh công an, tin {next(_names)}", "Gõ lời cảnh báo")
    await author.says(TEXT, "đường link")
    await author.does("Bỏ qua", "Bỏ qua", "6 giờ nữa")
    await author.does("Có, nguy hiểm tính mạng" if danger else "Không")
    await author.press("Diễn tập" if drill else "Tin thật", "Bản nháp")
    return await newest(author)


async def newest(author: Post) -> Case:
    every = await Warnings(author.them.house.store).all()
    return next(each for each in every if each.author == author.officer.id)


async def state(house: OpenHouse, case: Case) -> State:
    found = await Warnings(house.store).read(case.id)
    assert found
    return found.state


@pytest.mark.parametrize(
    ("door", "desk"),
    [(OnTheWeb, OnTelegram), (OnTelegram, OnZalo), (OnZalo, OnTheWeb)],
    ids=["web-telegram", "telegram-zalo", "zalo-web"],
)
async def test_written_returned_approved_by_another_sent_and_reported(  # noqa: PLR0915 - a whole course
    house: OpenHouse, door: type[Somebody], desk: type[Somebody]
) -> None:
    lan = await hired(house, door, Role.OFFICER, "mai_phu")
    chief = await hired(house, desk, Role.COMMANDER, "mai_phu", duty=True)
    await lan.opens()
    await lan.does("Soạn cảnh báo", "Lừa đảo", "Tự viết")
    await lan.says("CÓ KẺ GIẢ DANH CÔNG AN XÃ GỌI ĐIỆN", "CHỮ HOA")
    await lan.says(TITLE, "Gõ lời cảnh báo")
    await lan.says("Vào ngay trang http://congan-xau.com để biết thêm nhé bà con", "Trong lời có đường link")
    await lan.says(TEXT, "đường link")
    await lan.says("http://vnexpress.net/bai", "phải là https của trang Nhà nước")
    await lan.does("Bỏ qua", "Bỏ qua")
    await lan.says("mấy hôm nữa", "Chưa rõ là lúc nào")
    await lan.says("30 ngày", "nhiều nhất 7 ngày")
    await lan.says("5 giờ", "nguy hiểm đến tính mạng")
    await lan.does("Có, nguy hiểm tính mạng")
    await lan.press("Diễn tập", "Bản nháp · DIỄN TẬP", "Gác máy")
    seen = await lan.press("Xem trước", "Đã hiểu · Ngừng nhận")
    assert "Tới" in seen
    assert "Chi phí: 0 đồng" in seen
    await lan.press("Trình duyệt", "Đã trình")
    case = await newest(lan)

    await chief.them.hears("chờ đồng chí duyệt", TITLE, lan.officer.name)
    await chief.press("Xem và duyệt", "chờ duyệt", "Trên đây là đúng tin người dân thấy")
    await chief.press("Trả lại", "Vì sao trả lại")
    await chief.says("sai", "từ 5 đến")
    await chief.says("Ghi rõ xã nào giúp", "Đã trả lại")
    await lan.them.hears("bị trả lại", "Ghi rõ xã nào giúp")
    await lan.does(TITLE)
    await lan.press("Sửa mục khác", "Sửa mục nào")
    await lan.press("Sửa tiêu đề", "Gõ tiêu đề")
    title = f"Giả danh công an Mai Phụ, tin {next(_names)}"
    await lan.says(title, "Bản nháp")
    await lan.press("Trình duyệt", "Đã trình")

    await chief.them.hears("chờ đồng chí duyệt", "Mai Phụ")
    await chief.press("Xem và duyệt", "chờ duyệt")
    await chief.press("Duyệt và gửi ngay", "mã 6 số")
    await chief.says("không nhớ", "không phải mã 6 số")
    await chief.says("000000", "chưa đúng")
    assert await state(house, case) is State.SUBMITTED
    await chief.code("Đã duyệt và bắt đầu gửi")
    got = [(await lan.them.next())[0] for _ in range(3)]  # in whichever order
    assert any("DIỄN TẬP" in each for each in got)
    assert any("đang được gửi" in each for each in got)
    assert any("đã gửi xong" in each for each in got)
    assert await state(house, case) is State.DONE
    await lan.opens()
    report = await lan.press(title, "đã gửi xong")
    assert "Đã gửi 2/2 người" in report
    assert "Đã nhận: 2" in report
    draft = await lan.press("Thu hồi tin", "Đã tạo tin thu hồi", "Chủ đề")
    assert "đúng những người đã nhận tin trước" in draft
    every = await Warnings(house.store).all()
    assert case.id in {each.bulletin.corrects for each in every}
    await lan.press("Xem trước", "Tới 2 người")
    await leave(house, lan, chief)


async def test_the_author_approves_nothing_of_their_own_not_even_by_an_old_button(house: OpenHouse) -> None:
    chief = await hired(house, OnTheWeb, Role.COMMANDER, "mai_phu")
    case = await written(chief)
    seen = await chief.press("Trình duyệt", "Đã trình")
    assert "Chưa có ai đủ quyền duyệt" in seen
    assert not {"Duyệt và gửi ngay", "Duyệt, chưa gửi", "Trả lại"} & set(chief.them.keys)
    version = (await newest(chief)).version
    for move in ("approve", "both", "return"):
        assert "người khác phải duyệt" in await chief.pushed(f"o:warndo:{case.id}:{version}:{move}")
    assert await state(house, case) is State.SUBMITTED
    await leave(house, chief)


async def test_two_commanders_at_once_and_one_of_them_approves(house: OpenHouse) -> None:
    lan = await hired(house, OnTheWeb, Role.OFFICER, "mai_phu")
    chiefs = [await hired(house, OnTheWeb, Role.COMMANDER, "mai_phu") for _ in range(2)]
    case = await written(lan)
    await lan.press("Trình duyệt", "Đã trình")
    for chief in chiefs:
        await chief.opens()
        await chief.does(case.bulletin.title, "Duyệt, chưa gửi")
    told = await asyncio.gather(*(each.says(totp(each.secret, house.now), "đã duyệt") for each in chiefs))
    assert sum("Đã duyệt, chưa gửi" in each for each in told) == 1
    assert sum("vừa đổi" in each for each in told) == 1
    assert await state(house, case) is State.APPROVED
    first = chiefs[["Đã duyệt, chưa gửi" in each for each in told].index(True)]
    first.used = int(house.now.timestamp()) // 30
    await first.press("Hẹn giờ", "Gửi lúc nào")
    await first.says("hôm qua", "Chưa rõ")
    await first.says("8 giờ nữa", "trước lúc tin hết hiệu lực")
    await first.says("2 giờ nữa", "Hẹn gửi")
    await first.code("Đã hẹn giờ gửi")
    await first.press("Hủy, không gửi", "mã 6 số")
    await first.code("Đã hủy")
    await lan.them.hears("đã được duyệt")
    await leave(house, lan, *chiefs)


async def test_a_commander_of_one_station_approves_nothing_for_two(house: OpenHouse) -> None:
    lan = await hired(house, OnTheWeb, Role.OFFICER, "mai_phu", "thanh_sen")
    near = await hired(house, OnTheWeb, Role.COMMANDER, "mai_phu")
    wide = await hired(house, OnTheWeb, Role.COMMANDER)
    await lan.opens()
    await lan.does("Soạn cảnh báo", "Giao thông", "Công an xã Mai Phụ")
    case = await newest(lan)
    await lan.pushed(f"o:warnset:{case.id}:1:station")
    await lan.press("Thêm Công an phường Thành Sen", "Mai Phụ, Công an phường Thành Sen")
    await lan.does("Thôi", "Sửa tiêu đề")
    await lan.says("Đường 1A đoạn Thành Sen ngập", "Bản nháp")
    await lan.does("Sửa lời")
    await lan.says("Đường ngập sâu, bà con đi đường khác cho tới chiều nay.", "Bản nháp")
    await lan.does("Sửa hạn")
    await lan.press("6 giờ nữa", "Bản nháp")
    await lan.press("Trình duyệt", "Đã trình")
    await near.opens()
    seen = await near.press("Đường 1A đoạn Thành Sen ngập", "chờ duyệt")
    assert "phụ trách Công an xã Mai Phụ, Công an phường Thành Sen" in seen
    assert "Duyệt, chưa gửi" not in near.them.keys
    version = (await newest(lan)).version
    assert "không thuộc quyền" in await near.pushed(f"o:warndo:{case.id}:{version}:approve")
    await wide.opens()
    await wide.does("Đường 1A đoạn Thành Sen ngập", "Duyệt, chưa gửi")
    await wide.code("Đã duyệt, chưa gửi")
    await leave(house, lan, near, wide)


async def test_old_buttons_and_expired_ones_do_nothing_and_say_so(house: OpenHouse) -> None:
    lan = await hired(house, OnTheWeb, Role.OFFICER, "mai_phu")
    chief = await hired(house, OnTheWeb, Role.COMMANDER, "mai_phu")
    case = await written(lan)
    assert "vừa đổi" in await lan.pushed(f"o:warnset:{case.id}:1:urgent:no")
    assert "đã cũ" in await lan.pushed(f"o:warnset:{case.id}:{case.version}:until:9d")
    await lan.pushed(f"o:warn:{case.id}")
    await lan.press("Trình duyệt", "Đã trình")
    assert "vừa đổi" in await lan.pushed(f"o:warndo:{case.id}:{case.version}:withdraw:yes")
    await chief.opens()
    await chief.does(case.bulletin.title, "Duyệt, chưa gửi")
    before, ends = house.now, case.bulletin.expires
    assert ends
    try:
        house.now = before + timedelta(minutes=40)
        assert "Quá 30 phút" in await chief.says("123456")
        house.now = ends - timedelta(minutes=5)
        await chief.does("Duyệt, chưa gửi")
        house.now = ends + timedelta(seconds=1)
        text = await chief.code()
        assert "hết hiệu lực" in text or "vừa đổi" in text
        assert await state(house, case) in {State.SUBMITTED, State.EXPIRED}
    finally:
        house.now = before
    other = await hired(house, OnTheWeb, Role.OFFICER, "thanh_sen")
    for pushed in (f"o:warn:{case.id}", f"o:warndo:{case.id}:3:approve", f"o:warnfix:{case.id}:takeback"):
        assert "không được xem" in await other.pushed(pushed)
    await leave(house, lan, chief, other)


async def test_a_draft_is_there_from_the_first_step_and_given_up_when_asked(house: OpenHouse) -> None:
    lan = await hired(house, OnTelegram, Role.OFFICER, "mai_phu")
    await lan.opens()
    await lan.does("Soạn cảnh báo", "Cháy và cứu nạn", "Tự viết")
    await lan.says("thôi", "Bản nháp")
    seen = await lan.opens()
    assert "chưa có tiêu đề" in seen
    draft = await lan.press("(chưa có tiêu đề)", "Cần sửa trước khi trình")
    assert "Chưa có lúc hết hiệu lực" in draft
    await lan.press("Bỏ bản nháp", "không lấy lại được")
    await lan.press("Bỏ hẳn", "Đã bỏ bản nháp")
    assert (await newest(lan)).state is State.CANCELLED
    await leave(house, lan)


async def test_a_template_fills_in_the_words(house: OpenHouse) -> None:
    lan = await hired(house, OnTheWeb, Role.OFFICER, "mai_phu")
    await lan.opens()
    await lan.does("Soạn cảnh báo", "Lừa đảo")
    template = next(each for each in house.known.warnings.templates if each.topic == "lua_dao")
    await lan.does(template.label)
    found = (await newest(lan)).bulletin
    assert (found.title, found.text) == (template.title, template.text)
    await leave(house, lan)


async def test_words_of_a_warning_that_sound_like_a_cry_are_heard_and_kept(house: OpenHouse) -> None:
    lan = await hired(house, OnTheWeb, Role.OFFICER, "mai_phu")
    await lan.opens()
    await lan.does("Soạn cảnh báo", "Cháy và cứu nạn", "Tự viết")
    await lan.them.say("Cháy lớn ở chợ Mai Phụ, bà con tránh đường")
    await lan.them.hears("114")
    await lan.them.hears("nghe như kêu cứu")
    await lan.them.hears("Gõ lời cảnh báo")
    assert (await newest(lan)).bulletin.title == "Cháy lớn ở chợ Mai Phụ, bà con tránh đường"
    await lan.says("Cháy lớn ở chợ Mai Phụ từ 15 giờ, bà con đi đường khác.", "Dán đường link")
    await leave(house, lan)


async def test_what_is_written_goes_to_no_citizen_and_waits_for_no_other_matter(house: OpenHouse) -> None:
    house.now = datetime.now(UTC)  # what is relayed leaves at once
    lan = await hired(house, OnTheWeb, Role.OFFICER, "mai_phu", duty=True)
    dan = OnTelegram(house)
    await dan.start()
    await dan.hears("xin chào")
    await dan.say("cho tôi gặp cán bộ")
    await dan.hears("viết câu cần hỏi")
    await dan.say("hồ sơ của tôi xong chưa")
    await dan.hears("Đã báo cán bộ trực")
    await lan.them.hears("Có người cần gặp cán bộ")
    await lan.them.press("Nhận")
    await lan.them.hears("là của đồng chí")
    await dan.hears("đang ở đây")
    await lan.opens()
    await lan.does("Soạn cảnh báo", "Lừa đảo", "Tự viết")
    await lan.says("Tiêu đề của tin cảnh báo", "Gõ lời cảnh báo")
    await lan.says("/cb", lan.officer.name)
    await lan.them.say("Bác ra trụ sở lấy nhé")
    heard = await dan.hears("Bác ra trụ sở lấy nhé")
    assert "Tiêu đề" not in heard
    assert (await newest(lan)).bulletin.text == ""
    await leave(house, lan)


async def test_every_button_of_a_warning_leads_somewhere(house: OpenHouse) -> None:
    """Whatever is pressed from the list on: an answer with a way on, and never an apology."""
    lan = await hired(house, OnTheWeb, Role.COMMANDER, "mai_phu", "thanh_sen")
    await written(lan)
    await lan.opens()
    seen, waiting = set[str](), set(lan.them.keys.values())
    while waiting and len(seen) < 120:
        choice = sorted(waiting)[0]
        seen.add(choice)
        text = await lan.pushed(choice)
        assert "trục trặc" not in text, (choice, text)
        found = {each for each in lan.them.keys.values() if each.startswith("o:warn")}
        waiting = (waiting | found) - seen
        assert lan.them.keys, (choice, text)
    assert len(seen) > 40
    await leave(house, lan)


async def test_citizens_press_and_type_in_vain(house: OpenHouse) -> None:
    lan = await hired(house, OnTheWeb, Role.OFFICER, "mai_phu")
    case = await written(lan)
    dan = OnTheWeb(house)
    await dan.connected()
    for pushed in ("o:warns", "o:warnew:lua_dao", f"o:warn:{case.id}", f"o:warndo:{case.id}:2:submit"):
        await dan.choose(pushed)
        text, keys = await dan.next()
        assert case.bulletin.title not in text
        assert not any(each.startswith("o:") for each in keys.values())
    assert await state(house, case) is State.DRAFT
    await leave(house, lan)
