"""Official links are looked at within bounds; nothing else is ever asked."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.services.links import BYTES, Links, Outside, Wants

OFFICIAL = ("gov.vn",)
HOST = "congan.hatinh.gov.vn"


class Home(AbstractResolver):
    """Every host of the state is at our own server; what was asked for is kept."""

    def __init__(self, port: int, asked: list[str]) -> None:
        self._port, self._asked = port, asked

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        del port, family
        self._asked.append(host)
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=2, proto=0, flags=0)]

    async def close(self) -> None:
        pass


async def _pictured(_: web.Request) -> web.Response:
    return web.Response(body=b"\xff\xd8\xff", content_type="image/jpeg")


async def _page(_: web.Request) -> web.Response:
    return web.Response(text="xin chào")


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    try:
        for _ in range(100_000):
            await answer.write(b"x" * BYTES)
    except ConnectionError:
        pass
    return answer


def _to(where: str) -> web.Response:
    return web.Response(status=302, headers={"Location": where})


async def _led(request: web.Request) -> web.Response:
    where = {
        "near": f"https://{HOST}/page",
        "away": "https://xau.com/page",
        "round": f"https://{HOST}/led/round",
    }
    return _to(where[request.match_info["to"]])


class Site:
    """What the links of a test lead to."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        self.asked: list[str] = []
        self.links = Links(lambda: OFFICIAL, lambda: Home(port, self.asked), trust)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and a certificate for the hosts of these tests, in one file."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]),
    )
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName("xau.com")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False).sign(key, SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(kept + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
async def site(certificate: Path) -> AsyncIterator[Site]:
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    app = web.Application()
    app.router.add_get("/page", _page)
    app.router.add_get("/picture.jpg", _pictured)
    app.router.add_get("/endless", _endless)
    app.router.add_get("/led/{to}", _led)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=served).start()
    yield Site(runner.addresses[0][1], ssl.create_default_context(cafile=str(certificate)))
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "wants", "answers"),
    [
        ("page", Wants.PAGE, True), ("gone", Wants.PAGE, False), ("led/near", Wants.PAGE, True),
        ("led/round", Wants.PAGE, False), ("endless", Wants.PAGE, True), ("picture.jpg", Wants.PICTURE, True),
        ("page", Wants.PICTURE, False),
    ],
)  # fmt: skip
async def test_a_page_or_a_picture_is_there_or_not(
    site: Site, path: str, wants: Wants, answers: bool
) -> None:
    assert await site.links.answers(f"https://{HOST}/{path}", wants) is answers


@pytest.mark.parametrize(
    "link",
    ["https://xau.com/page", "http://congan.hatinh.gov.vn/page", "https://127.0.0.1/page",
     "https://gov.vn.xau.com/", "https://congan.hatinh.gov.vn:8443/page", "file:///etc/passwd", ""],
)  # fmt: skip
async def test_what_is_not_official_is_never_asked(site: Site, link: str) -> None:
    assert not await site.links.answers(link)
    assert site.asked == []


async def test_a_page_that_leads_away_is_not_followed(site: Site) -> None:
    assert not await site.links.answers(f"https://{HOST}/led/away")
    assert set(site.asked) == {HOST}


async def test_a_name_that_leads_into_our_own_network_is_not_asked() -> None:
    with pytest.raises(OSError, match="no public address"):
        await Outside(Home(1, [])).resolve(HOST)
