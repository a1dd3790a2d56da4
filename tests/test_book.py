"""The operator's book and the files beside it name only what is there, and can be used as they are."""

from __future__ import annotations

import argparse
import asyncio
import configparser
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.cli import _parser
from bot.config import NAMES, Settings
from bot.content.files import console
from bot.doctor import given, storing
from bot.store.backups import NAMED
from bot.store.engine import binary
from tests.conftest import ROOT

BOOK = (ROOT / "docs/van-hanh.md").read_text("utf-8")
DEPLOY = ROOT / "docs/deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
UNITS = [path for path in FILES if path.suffix in {".service", ".timer"}]
OPEN = re.compile(r"[<\[«…].*")  # from here on the reader fills in something


def told_commands() -> list[str]:
    """Every `trucban …` in book, files and the doctor's advice."""
    advice = "\n".join(f"`{text}`" for text in console()["doctor_do"].values())
    found = re.findall(r"`(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?(trucban [^`\n]+)`", BOOK)
    found += re.findall(
        r"\btrucban (?:zalo token|weights|rekey|check|backup|officer [a-z]+)\b[^`,;.(\n]*", advice
    )
    for block in re.findall(r"```(?:sh)?\n(.*?)```", BOOK, re.DOTALL):
        found += re.findall(r"^(trucban .+)$", block, re.MULTILINE)
    for path in UNITS:
        found += re.findall(r"ExecStart=.*/(trucban .+)$", path.read_text("utf-8"), re.MULTILINE)
    return sorted(set(found))


def misfit(command: str) -> str:
    """The first word of a command line that our parser does not know; nothing when it fits."""
    parser: argparse.ArgumentParser = _parser()
    words = OPEN.sub("", command).split()[1:]
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            if word not in parser._option_string_actions:
                return word
            action: Any = parser._option_string_actions[word]
            if action.nargs is None and action.choices and words and words[0] not in action.choices:
                return words[0]
            if action.nargs is None and words:
                words.pop(0)
            continue
        nested = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
        if not nested:
            continue
        if word not in nested[0].choices:
            return word
        parser = nested[0].choices[word]
    return ""


def test_every_command_of_the_book_exists() -> None:
    commands = told_commands()
    assert len(commands) > 25
    assert [command for command in commands if misfit(command)] == []


@pytest.mark.parametrize(
    "command",
    ["trucban docter", "trucban officer invte", "trucban doctor --jsn", "trucban officer invite --role x"],
)
def test_a_command_that_is_not_there_would_be_seen(command: str) -> None:
    assert misfit(command)


def test_every_setting_of_the_book_exists() -> None:
    texts = [BOOK, *(path.read_text("utf-8") for path in FILES), "\n".join(console()["doctor_do"].values())]
    named = {
        name for text in texts for name in re.findall(r"(?:`|\b)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=|`)", text)
    }
    assert len(named) > 20
    assert named - set(NAMES) == set()


def test_every_file_of_the_book_is_there_and_every_file_is_in_the_book() -> None:
    linked = {name for name in re.findall(r"\]\(([^)#:]+)\)", BOOK) if name}
    assert [name for name in linked if not (ROOT / "docs" / name).exists()] == []
    named = set(re.findall(r"docs/deploy/([\w.@*-]+)", BOOK)) | {
        name.removeprefix("deploy/") for name in linked if len(name) > len("deploy/")
    }
    for path in FILES:
        assert any(path.match(name) for name in named), path.name


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_one(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(path.read_text("utf-8"))
    if path.suffix == ".timer":
        assert (DEPLOY / f"{path.stem}.service").exists()
        assert unit["Timer"]["OnCalendar"].endswith("Asia/Ho_Chi_Minh")
        return
    service = unit["Service"]
    if service.get("Type") == "oneshot":
        return
    assert Path(service["EnvironmentFile"]) in given.FILES  # where the doctor looks at its rights
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) >= 20 + 20 + 5 + 10  # answering, sending, pages, the store
    assert service["RestartPreventExitStatus"] == "2"
    assert service["ReadWritePaths"] == "/var/lib/tructban"


def test_the_units_of_the_parts_are_kept_like_the_whole() -> None:
    whole, web, worker = (
        re.sub(
            r"^(#|Description|ExecStart).*\n",
            "",
            (DEPLOY / f"tructban{part}.service").read_text("utf-8"),
            flags=re.M,
        )
        for part in ("", "-web@", "-worker@")
    )
    assert whole == web == worker


def test_nginx_and_caddy_pass_on_what_we_need() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text("utf-8")
    for needed in (
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_http_version 1.1;", "access_log off;", "client_max_body_size 1m;",
    ):  # fmt: skip
        assert needed in nginx
    assert nginx.count("{") == nginx.count("}")
    assert "log" not in re.sub(r"#.*", "", (DEPLOY / "Caddyfile").read_text("utf-8"))


async def test_a_store_takes_its_example_and_the_doctor_takes_the_store(tmp_path: Path) -> None:
    place = tmp_path / "s"
    server = await asyncio.create_subprocess_exec(
        str(binary()), str(DEPLOY / "valkey.conf"), "--port", "0", "--unixsocket", str(place), cwd=tmp_path,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(10):
            while not place.exists():  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(0.02)
        chosen = Settings(
            content_dir=ROOT, data_dir=tmp_path, redis_url=f"unix://{place}", secret_keys=("k" * 40,)
        )
        found = await storing.held(chosen)
        assert [each.key for each in storing.judged(found)] == ["store_empty"]
    finally:
        server.terminate()
        await server.wait()


def test_what_the_book_quotes_is_said() -> None:
    sentences = [text for section in console().values() for text in _texts(section)]
    table = BOOK[BOOK.index("| `trucban restore` nói") :]
    for quoted in re.findall(r"^\| «([^»]+)»", table, re.MULTILINE):
        for part in re.split(r"\s*…\s*|»|«", quoted):
            assert any(part in text for text in sentences), quoted


def _texts(section: Any) -> list[str]:
    if isinstance(section, dict):
        return [text for each in section.values() for text in _texts(each)]
    return [section] if isinstance(section, str) else []


def test_backups_by_hand_take_no_place_of_a_nightly_one() -> None:
    named = re.findall(r"/backups/([\w-]+\.backup)", BOOK)
    assert {"tay.backup", "truoc-khi-len.backup"} <= set(named)
    assert [name for name in named if Path(name).match(NAMED)] == []


def test_the_command_typed_by_hand_runs_as_the_desk_does(tmp_path: Path) -> None:
    fake = tmp_path / "systemd-run"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    done = subprocess.run(
        [str(DEPLOY / "trucban"), "officer", "invite", "--name", "Lê Mẫu"], capture_output=True, text=True,
        check=True, stdin=subprocess.DEVNULL, env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    given_ = done.stdout.splitlines()
    assert given_[-5:] == ["/opt/tructban/.venv/bin/trucban", "officer", "invite", "--name", "Lê Mẫu"]
    assert {"--pipe", "--wait", "User=tructban"} <= set(given_)  # not on a terminal here
    unit = (DEPLOY / "tructban.service").read_text("utf-8")
    for setting in ("User", "Group", "UMask", "WorkingDirectory", "EnvironmentFile"):
        value = re.search(rf"^{setting}=(.*)$", unit, re.MULTILINE)
        assert value
        assert f"{setting}={value[1]}" in given_
