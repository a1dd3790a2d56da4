"""Settings from the environment, read once and checked; a wrong one stops the start and names itself.

`.env.example` lists them all; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from bot.errors import SettingsError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
NAMES = ("CONTENT_DIR", "DATA_DIR", "LOG_LEVEL")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. `data_dir` is made when something is first kept in it."""

    content_dir: Path
    data_dir: Path
    log_level: str = "INFO"


def settings(environment: Mapping[str, str], here: Path) -> Settings:
    """Settings of an environment; `here` is where a relative or missing CONTENT_DIR is looked for.

    Raises:
        SettingsError: naming the setting, with the key of the reason in console.yaml.
    """
    level = environment.get("LOG_LEVEL", "INFO").upper()
    if level not in LEVELS:
        raise SettingsError("LOG_LEVEL", "level", level)
    return Settings(_content(environment, here), _data(environment, here), level)


def _content(environment: Mapping[str, str], here: Path) -> Path:
    given = environment.get("CONTENT_DIR")
    candidates = [here / given] if given else [here, Path(__file__).resolve().parent.parent]
    for folder in candidates:
        if (folder / "faq.yaml").is_file():
            return folder
    raise SettingsError("CONTENT_DIR", "no_content", str(candidates[0]))


def _data(environment: Mapping[str, str], here: Path) -> Path:
    given = environment.get("DATA_DIR")
    folder = here / given if given else user_data_path("trucban")
    if folder.exists() and not folder.is_dir():
        raise SettingsError("DATA_DIR", "not_folder", str(folder))
    return folder
