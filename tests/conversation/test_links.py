from __future__ import annotations

import pytest

from bot.content.edition import Edition
from bot.content.suffixes import suffixes
from bot.conversation.links import Kind, Links, mended


@pytest.fixture(scope="module")
def links(edition: Edition) -> Links:
    scams = edition.known.scams
    return Links(scams.webs, scams.brands, suffixes())


@pytest.mark.parametrize(
    "host",
    [
        "vneid-gov.com", "dichvucong-gov.xyz", "dichvucong.gov.vn.abc.xyz", "vietcornbank.com",
        "vietcombannk.com",
        "vcb-digibank.top", "bidv-doiqua.example", "xn--vietcombnk-x9a.com", "vietcombаnk.com", "vne1d.com",
        "bocongan-vn.example", "evn-thanhtoan.vip.test", "agrìbank.com", "congdichvucong.online", "csgt.info",
        "viet-com-bank.com",
    ],
)  # fmt: skip
def test_a_name_that_is_not_theirs_is_an_imitation(links: Links, host: str) -> None:
    assert links.kind(host)[0] is Kind.FAKE


@pytest.mark.parametrize(
    "host",
    [
        "vneid.gov.vn", "csgt.bocongan.gov.vn", "congan.hatinh.gov.vn", "vietcombank.com.vn",
        "online.acb.com.vn",
        "www.facebook.com", "thpt.edu.vn", "docbao.vnexpress.net", "techcombank.com",
    ],
)  # fmt: skip
def test_what_is_theirs_is_theirs(links: Links, host: str) -> None:
    assert links.kind(host)[0] is Kind.OWN


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("bit.ly", Kind.SHORT), ("forms.gle", Kind.OPEN), ("abc.blogspot.com", Kind.OPEN),
        ("10.2.3.4", Kind.BARE),
        ("hangxin.top", Kind.ODD), ("quancomngon.com", Kind.STRANGE), ("irs.gov", Kind.STRANGE),
        ("banhmihoangmai.vn", Kind.STRANGE),
    ],
)  # fmt: skip
def test_others_are_what_they_are(links: Links, host: str, kind: Kind) -> None:
    assert links.kind(host)[0] is kind


def test_the_registrable_domain_is_found(links: Links) -> None:
    assert links.kind("dichvucong.gov.vn.abc.xyz")[1] == "abc.xyz"
    assert links.kind("a.b.cuahang.com.vn")[1] == "cuahang.com.vn"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("vào vneid-gov.com/a, hoặc https://bit.ly/x", [Kind.FAKE, Kind.SHORT]),
        ("https://vietcombank.com.vn@evil.example/dn", [Kind.FAKE]),
        ("dichvucong[.]gov-vn[.]com", [Kind.FAKE]),
        ("bấm hxxps://nopphat.vip", [Kind.ODD]),
        ("tải VNeID.apk về cài", [Kind.PACKAGE]),
        ("thư của support@vietcombank-cskh.com", [Kind.FAKE]),
        ("Vâng.cam on bac, 12.5 triệu, lúc 7.30 sáng. Anh.em", []),
        ("tin nhắn không có gì", []),
    ],
)
def test_addresses_are_found_in_a_text(links: Links, text: str, kinds: list[Kind]) -> None:
    assert [link.kind for link in links.found(mended(text))] == kinds


def test_no_more_are_looked_at_than_a_message_needs(links: Links) -> None:
    assert len(links.found(" ".join(f"http://a{i}.com" for i in range(200)))) <= 20
