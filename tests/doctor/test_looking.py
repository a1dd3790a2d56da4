"""What the doctor finds out: from a real server, real files, a real web server with a certificate."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from redis import Redis

from bot.config import Settings
from bot.doctor import clock, desk, given, keeping, people, storing
from bot.doctor.given import given as read_given
from bot.store import archive, backups
from bot.store.connection import Store, open_store
from bot.store.inbox import Inbox
from bot.store.looking import borrowed
from bot.store.sealing import Seals
from tests.conftest import ROOT
from tests.doctor.test_judging import told
from tests.store.conftest import KEY

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
NEW = "n" * 40


@pytest.fixture
async def store(valkey: str) -> AsyncIterator[Store]:
    with Redis.from_url(valkey) as client:
        client.flushall()
    made = await open_store(valkey, Seals([KEY]))
    yield made
    await made.close()


def settings(folder: Path, **given_: object) -> Settings:
    return Settings(content_dir=ROOT, data_dir=folder, **given_)  # type: ignore[arg-type]


class TestSettings:
    def test_all_that_is_wrong_is_found_in_one_go(self, tmp_path: Path) -> None:
        found = read_given(
            {
                "PORT": "abc", "LOG_LEVEL": "LOUD", "REDIS_URL": "redis://x", "TELEGRAM_TOKEN": "secret!",
                "ZALO_OA_ID": "8880001112223334445", "ZALO_ZNS_REMINDER": "300001",
                "ZALO_OA_REFRESH_TOKEN": "r", "CONTENT_DIR": str(ROOT), "DATA_DIR": str(tmp_path),
                "ACCOUNTS_FILE": str(tmp_path / "none.yaml"),
            },
            ROOT,
        )  # fmt: skip
        names = {error.name for error in found.wrong}
        assert names == {
            "PORT", "LOG_LEVEL", "SECRET_KEY", "TELEGRAM_TOKEN", "ZALO_OA_APP_ID", "ACCOUNTS_FILE",
        }  # fmt: skip
        assert found.key_missing
        assert found.settings
        assert (found.settings.port, found.settings.redis_url) == (8080, "redis://x")

    def test_settings_of_which_nothing_can_be_made(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.touch()
        found = read_given({"CONTENT_DIR": str(ROOT), "DATA_DIR": str(file)}, ROOT)
        assert [error.name for error in found.wrong] == ["DATA_DIR"]
        assert found.settings
        good = read_given({"CONTENT_DIR": str(ROOT)}, ROOT)
        assert good.wrong == ()

    def test_files_with_secrets_that_others_can_open(self, tmp_path: Path) -> None:
        data, env = tmp_path / "data", tmp_path / "tructban.env"
        data.mkdir(mode=0o755)
        data.chmod(0o755)
        for path, rights in ((env, 0o640), (data / "secret.key", 0o600), (tmp_path / ".env", 0o600)):
            path.touch()
            path.chmod(rights)
        read = given.Given(settings(data, public_url="https://x"))
        facts = given.facts(read, {}, tmp_path, (env, tmp_path / "none"))
        said = [each for each in given.judged(facts) if each.key == "open_file"]
        assert [(each.blanks["file"], each.blanks["rights"]) for each in said] == [
            (env, "0640"),
            (data, "0755"),
        ]


class TestStore:
    async def test_a_sound_one_is_fine_and_stays_as_it_was(
        self, store: Store, valkey: str, tmp_path: Path
    ) -> None:
        before = sorted([key async for key in store.redis.scan_iter("*")])
        found = await storing.held(settings(tmp_path, redis_url=valkey, secret_keys=(KEY,)))
        assert told(storing.judged(found)) == [("fine", "store")]
        assert found.looked
        assert abs(found.looked.skew) < 2
        again = await found.borrowed()
        assert again
        assert told(people.judged(await people.facts(again), NOW)) == [("look", "no_officers")]
        await again.close()
        assert sorted([key async for key in store.redis.scan_iter("*")]) == before

    async def test_an_empty_one_gets_no_mark_of_ours(self, valkey: str, tmp_path: Path) -> None:
        with Redis.from_url(valkey) as client:
            client.flushall()
            found = await storing.held(settings(tmp_path, redis_url=valkey, secret_keys=(KEY,)))
            assert told(storing.judged(found)) == [("look", "store_empty")]
            assert await found.borrowed() is None
            assert client.dbsize() == 0

    async def test_one_that_may_lose_something_or_is_sealed_by_others(
        self, store: Store, valkey: str, tmp_path: Path
    ) -> None:
        await store.redis.config_set("appendfsync", "everysec")
        try:
            found = await storing.held(settings(tmp_path, redis_url=valkey, secret_keys=(NEW,)))
        finally:
            await store.redis.config_set("appendfsync", "always")
        assert told(storing.judged(found)) == [("broken", "store_volatile"), ("broken", "foreign_key")]
        assert await borrowed(valkey, Seals([NEW])) is None

    async def test_no_server_and_no_key_are_made_by_looking(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        found = await storing.held(settings(folder))
        assert told(storing.judged(found)) == [("look", "store_closed")]
        assert not folder.exists()
        away = await storing.held(settings(folder, redis_url=f"unix://{tmp_path}/nobody", secret_keys=(KEY,)))
        assert told(storing.judged(away)) == [("broken", "store_error")]


@pytest.mark.parametrize(("state", "kept"), [(0, True), (1, True), (5, False), (-1, None)])
def test_whether_the_clock_is_kept(state: int, kept: bool | None) -> None:
    assert clock.facts(None, lambda: state) == clock.Facts(None, kept, zone=True)
    assert -1 <= clock.kernel() <= 5


class TestBackups:
    async def test_a_whole_one_a_cut_one_and_none(self, store: Store, tmp_path: Path) -> None:
        inbox = Inbox(store)
        assert inbox
        data = tmp_path / "data"
        (data / "backups").mkdir(parents=True)
        seals = store.seals.fingerprints
        assert told(keeping.judged(keeping.facts(settings(data)), seals, NOW))[1] == ("look", "no_backup")
        file = data / "backups" / "trucban-2026-11-22.backup"
        await archive.backup(store, file, NOW)
        found = keeping.facts(settings(data))
        assert told(keeping.judged(found, seals, NOW + timedelta(hours=1)))[1] == ("fine", "backup")
        assert told(keeping.judged(found, ("0",), NOW))[1] == ("broken", "backup_key")
        whole = file.read_bytes()
        file.write_bytes(whole[:-30])
        assert not backups.read(file).whole
        assert told(keeping.judged(keeping.facts(settings(data)), seals, NOW))[1] == ("broken", "backup_cut")
        for nonsense in (b"xin chao", b"", whole[:12]):
            file.write_bytes(nonsense)
            said = told(keeping.judged(keeping.facts(settings(data)), seals, NOW))
            assert said[1] == ("broken", "backup_unread"), nonsense


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


class Authority:
    """Whoever gives out certificates for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mẫu")])
        own = self._made(self._name, self._key, timedelta(days=900)).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.trusted = ssl.create_default_context()
        self.trusted.load_verify_locations(
            cadata=own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        )

    def _made(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, left: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return x509.CertificateBuilder(
            issuer_name=self._name, subject_name=name, public_key=key.public_key(),
            serial_number=x509.random_serial_number(), not_valid_before=now - timedelta(days=90),
            not_valid_after=now + left,
        )  # fmt: skip

    def serving(self, left: timedelta) -> ssl.SSLContext:
        """A server's context, whose certificate ends so much later."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        named = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        signed = (
            self._made(name, key, left).add_extension(named, critical=False).sign(self._key, hashes.SHA256())
        )
        file = self._folder / f"{signed.serial_number}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context


@asynccontextmanager
async def proxy(
    context: ssl.SSLContext, *, sockets: bool = True, client: str = "believed"
) -> AsyncIterator[str]:
    """What stands before a desk, with TLS; answers what the desk would."""

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"alive": True, "client": client})

    async def chat(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        return socket

    async def proof(_: web.Request) -> web.Response:
        return web.Response(text="<html>")

    app = web.Application()
    app.router.add_get("/healthz", alive)
    app.router.add_get("/zalo_verifierabc.html", proof)
    if sockets:
        app.router.add_get("/chat", chat)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class TestPublic:
    async def look(self, address: str, trusted: ssl.SSLContext, *proofs: str) -> list[tuple[str, str]]:
        async with aiohttp.ClientSession() as session:
            chosen = settings(Path("/nowhere"), public_url=address)
            found = await desk.public(chosen, session, proofs, trusted)
        return told(desk.public_judged(found, datetime.now(UTC), proxies=True))

    async def test_all_is_well(self, authority: Authority) -> None:
        async with proxy(authority.serving(timedelta(days=60))) as address:
            said = await self.look(address, authority.trusted, "/zalo_verifierabc.html")
            assert said == [("fine", "public")]

    async def test_certificates_that_end_or_are_nobodys(self, authority: Authority) -> None:
        async with proxy(authority.serving(timedelta(days=5, hours=1))) as address:
            assert await self.look(address, authority.trusted) == [("broken", "certificate")]
            assert await self.look(address, ssl.create_default_context()) == [("broken", "untrusted")]
        async with proxy(authority.serving(timedelta(days=-1))) as address:
            assert await self.look(address, authority.trusted) == [("broken", "untrusted")]

    async def test_a_proxy_that_loses_something(self, authority: Authority) -> None:
        context = authority.serving(timedelta(days=60))
        async with proxy(context, sockets=False, client="direct") as address:
            said = await self.look(address, authority.trusted, "/zalo_verifierxyz.html")
            assert said == [("broken", "no_socket"), ("look", "client_untold"), ("broken", "no_proof")]
        assert await self.look(address, authority.trusted) == [("broken", "unreachable")]
