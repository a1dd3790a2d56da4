"""Accounts: one of each from the environment, several from a file; what is wrong is named, never quoted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import settings
from bot.errors import SettingsError
from tests.conftest import ROOT

ZALO = {
    "ZALO_OA_ID": "8880001112223334445", "ZALO_OA_APP_ID": "1234567890123456789",
    "ZALO_OA_APP_SECRET": "app-geheim", "ZALO_OA_SECRET_KEY": "oa-geheim",
}  # fmt: skip
SEVERAL = """
telegram:
  - token: "123456:geheim-a"
    station: mai_phu
  - token: "123457:geheim-b"
    secret: hook-geheim
zalo_oa:
  - id: "8880001112223334446"
    app_id: "1234567890123456789"
    app_secret: geheim
    secret_key: geheim
    station: vung_ang
    zns: {cancelled: "300002"}
zalo_bot:
  - token: "520001:geheim-c"
    station: thanh_sen
  - token: "520002:geheim-d"
    secret: hook-geheim
"""


def written(folder: Path, text: str) -> dict[str, str]:
    (folder / "accounts.yaml").write_text(text, "utf-8")
    return {"ACCOUNTS_FILE": str(folder / "accounts.yaml")}


def test_a_file_and_the_environment_add_up(tmp_path: Path) -> None:
    given = {**ZALO, "ZALO_BOT_TOKEN": "520000:geheim", **written(tmp_path, SEVERAL)}
    found, own = settings(given, ROOT).accounts, "8880001112223334446"
    assert [bot.id for bot in found.telegram] == ["123456", "123457"]
    assert [oa.id for oa in found.zalo_oa] == ["8880001112223334445", "8880001112223334446"]
    assert [bot.id for bot in found.zalo_bot] == ["520000", "520001", "520002"]
    writing = found.writing(lambda at: found.stations.get((at.channel, at.account)))
    assert writing("cancelled", "vung_ang") == own
    assert writing("cancelled", "mai_phu") is None
    assert found.writing(lambda _: None)("cancelled", "mai_phu") == own  # tied to none
    assert writing("reminder", "vung_ang") is None
    assert found.stations == {
        ("zalo_bot", "520001"): "thanh_sen",
        ("telegram", "123456"): "mai_phu",
        ("zalo_oa", "8880001112223334446"): "vung_ang",
    }


@pytest.mark.parametrize(
    ("given", "text", "named"),
    [
        ({"TELEGRAM_TOKEN": "geheim"}, None, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": "1:geheim", "TELEGRAM_SECRET": "geheim mit leer"}, None, "TELEGRAM_SECRET"),
        ({**ZALO, "ZALO_OA_ID": "geheim"}, None, "ZALO_OA_ID"),
        ({"ZALO_OA_ID": ZALO["ZALO_OA_ID"]}, None, "ZALO_OA_APP_ID"),
        ({**ZALO, "ZALO_ZNS_REMINDER": "geheim"}, None, "ZALO_ZNS_REMINDER"),
        ({"ZALO_ZNS_REMINDER": "300001"}, None, "ZALO_OA_ID"),
        ({"TELEGRAM_TOKEN": "123456:geheim"}, SEVERAL, "ACCOUNTS_FILE"),  # twice
        ({"ZALO_BOT_TOKEN": "geheim"}, None, "ZALO_BOT_TOKEN"),
        ({"ZALO_BOT_TOKEN": "520001:ge/heim"}, None, "ZALO_BOT_TOKEN"),
        ({"ZALO_BOT_TOKEN": "520000:geheim", "ZALO_BOT_SECRET": "geheim"}, None, "ZALO_BOT_SECRET"),
        ({"ZALO_BOT_TOKEN": "520001:geheim"}, SEVERAL, "ACCOUNTS_FILE"),
        ({}, "telegram:\n  - {token: geheim}\n", "ACCOUNTS_FILE"),
        ({}, "telegram:\n  - {token: '1:geheim', tokn: geheim}\n", "ACCOUNTS_FILE"),
        ({}, "whatsapp: [geheim]\n", "ACCOUNTS_FILE"),
        ({}, "telegram: [\n", "ACCOUNTS_FILE"),
        ({"ACCOUNTS_FILE": "/there/is/none"}, None, "ACCOUNTS_FILE"),
    ],
)
def test_a_wrong_account_names_itself_and_quotes_nothing(
    tmp_path: Path, given: dict[str, str], text: str | None, named: str
) -> None:
    if text is not None:
        given = {**given, **written(tmp_path, text)}
    with pytest.raises(SettingsError) as found:
        settings(given, ROOT)
    assert found.value.name == named
    assert "geheim" not in str(found.value)


def test_check_wants_the_stations_of_accounts_to_exist(tmp_path: Path) -> None:
    given = written(tmp_path, SEVERAL.replace("vung_ang", "khong_co"))
    found = subprocess.run(
        [sys.executable, "-m", "bot", "check"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **given},
    )  # fmt: skip
    assert found.returncode == 2
    assert "8880001112223334446" in found.stderr
    assert "geheim" not in found.stdout + found.stderr
