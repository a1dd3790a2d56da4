"""Documentation that machines can hold to its word."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from bot.accounts import accounts
from bot.channels.zalo_oa.codes import Act, act
from bot.config import NAMES
from bot.content.files import load
from bot.content.schema import schemas
from tests.conftest import ROOT


def test_every_setting_is_in_the_example() -> None:
    listed = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(NAMES)


def test_the_examples_of_accounts_can_be_used(tmp_path: Path) -> None:
    example, manual = ((ROOT / name).read_text("utf-8") for name in (".env.example", "docs/van-hanh.md"))
    in_example = "".join(re.findall(r"^#    ( .*\n)", example, re.MULTILINE))
    in_manual = re.findall(r"```yaml\n(telegram:.*?)```", manual, re.DOTALL)
    for text in (in_example, *in_manual):
        (tmp_path / "accounts.yaml").write_text(text, "utf-8")
        found = accounts({"ACCOUNTS_FILE": "accounts.yaml"}, tmp_path)
        assert found.telegram
        assert found.zalo_oa


def test_every_dependency_has_a_job_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    readme = (ROOT / "README.md").read_text("utf-8")
    for dependency in project["dependencies"]:
        assert f"`{re.split(r'[>=<]', dependency)[0]}`" in readme, dependency


def test_the_readme_is_of_readable_length() -> None:
    assert 450 <= len((ROOT / "README.md").read_text("utf-8").split()) <= 700


def test_the_schemas_are_fresh() -> None:
    for name, text in schemas().items():
        assert (ROOT / "docs" / "schema" / name).read_text("utf-8") == text, f"run: make schema ({name})"


@pytest.mark.parametrize(
    "name", ["faq", "stations", "texts", "words", "urgent", "guides", "scams", "warnings"]
)
def test_our_files_fit_their_schemas(name: str) -> None:
    schema = json.loads(schemas()[f"{name}.schema.json"])
    data = json.loads(json.dumps(load(ROOT / f"{name}.yaml", name).data, default=str))
    jsonschema.validate(data, schema)


def test_lock_files_have_hashes_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        pins = len(re.findall(r"^[a-z0-9][^ ]*==", text, re.MULTILINE))
        assert pins == len(re.findall(r"^[a-z0-9][^ ]*==.*\\$", text, re.MULTILINE)) > 10


def test_every_test_named_among_the_threats_exists() -> None:
    text = (ROOT / "docs" / "threats.md").read_text("utf-8")
    text = text.replace("`hostile::", "`channels/test_hostile.py::")
    file = ""
    named = re.findall(r"`(…|[\w/]+\.py)::(?:Test\w+::)?(test_\w+)`", text)
    assert len(named) > 40
    for path, test in named:
        file = file if path == "…" else path
        assert f"def {test}(" in (ROOT / "tests" / file).read_text("utf-8"), f"{file}::{test}"


def test_every_alarm_is_explained_to_the_operator() -> None:
    manual = (ROOT / "docs" / "van-hanh.md").read_text("utf-8")
    found = {
        kind
        for path in (ROOT / "bot").rglob("*.py")
        for kind in re.findall(r"""\balarm\(\s*f?["']([^"']+)["']""", path.read_text("utf-8"))
    }
    assert len(found) > 10
    for kind in found:
        assert f"`{kind.replace('{code}', '<mã>')}`" in manual, kind


def test_every_code_that_stops_an_account_is_explained() -> None:
    manual = (ROOT / "docs" / "van-hanh.md").read_text("utf-8")
    for code in (code for code in range(-15_000, 0) if act(code) is Act.OPERATOR):
        assert f"`{code}`" in manual, code


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
