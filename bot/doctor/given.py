"""Settings: everything wrong with them at once, and what somebody probably meant to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from bot import accounts
from bot.config import NAMES, Settings, settings
from bot.content.files import say
from bot.domain.finding import Finding, broken, fine, look
from bot.errors import SettingsError

FILES = (Path("/etc/tructban.env"),)  # where the manual puts them
OTHERS = 0o077  # rights of anybody but the owner
_ALIKE = 86.0  # of 100, from where a name is taken for a misspelt one of ours
_OURS = ("TELEGRAM_", "ZALO_", "KEEP_", "TRUCBAN_")  # nobody else's names begin so
_ZALO = tuple(name for name in accounts.NAMES if name.startswith(("ZALO_OA_", "ZALO_ZNS_")))  # one account
_STAND_IN = "-" * 64  # a key where one is missing: it opens nothing


@dataclass(frozen=True, slots=True)
class Given:
    """The settings with what is wrong left out (None: nothing can be made of them), and what was wrong."""

    settings: Settings | None
    wrong: tuple[SettingsError, ...] = ()

    @property
    def key_missing(self) -> bool:
        """Whether there is no key to open the store with."""
        return any(each.name == "SECRET_KEY" for each in self.wrong)


def given(environment: Mapping[str, str], here: Path) -> Given:
    """Read the settings again and again, each time without the one that was wrong."""
    left, wrong = dict(environment), list[SettingsError]()
    for _ in NAMES:
        try:
            return Given(settings(left, here), tuple(wrong))
        except SettingsError as error:
            wrong.append(error)
            before = dict(left)
            for name in _ZALO if error.name in _ZALO else (error.name,):
                left.pop(name, None)
            if error.reason == "key_missing" or (error.name == "SECRET_KEY" and "REDIS_URL" in left):
                left["SECRET_KEY"] = _STAND_IN
            if left == before:
                break
    return Given(None, tuple(wrong))


@dataclass(frozen=True, slots=True)
class Shut:
    """A file or folder, and who may open it. `rights` is None where it is not there."""

    path: Path
    rights: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about the settings. `names` are those of the whole environment."""

    given: Given
    names: tuple[str, ...]
    shut: tuple[Shut, ...]


def facts(read: Given, environment: Mapping[str, str], here: Path, files: Iterable[Path] = FILES) -> Facts:
    """Look at the files that hold secrets."""
    paths = [here / ".env", *files]
    if "ACCOUNTS_FILE" in environment:
        paths.append(here / environment["ACCOUNTS_FILE"])
    if read.settings:
        data = read.settings.data_dir
        paths += [data, data / "secret.key", *sorted((data / "tokens").glob("*.token"))]
    return Facts(read, tuple(environment), tuple(Shut(path, _rights(path)) for path in paths))


def _rights(path: Path) -> int | None:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return None


def judged(found: Facts) -> list[Finding]:
    """What is wrong with settings and with the rights of their files."""
    said = [
        broken("setting", name=error.name, reason=say("settings", error.reason, value=error.value))
        for error in found.given.wrong
    ]
    said += _misspelt(found.names)
    said += [
        broken("open_file", file=each.path, rights=f"{each.rights:04o}")
        for each in found.shut
        if each.rights is not None and each.rights & OTHERS
    ]
    if found.given.settings:
        said += _address(found.given.settings)
    return said or [fine("settings")]


def _misspelt(names: Iterable[str]) -> list[Finding]:
    """Names that are none of ours and look as if they should be."""
    said = []
    for name in sorted(set(names) - set(NAMES)):
        near = process.extractOne(name, NAMES, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near is None and name.startswith(_OURS):
            near = process.extractOne(name, NAMES, scorer=fuzz.ratio)
        if near:
            said.append(look("misspelt", name=name, near=near[0]))
    return said


def _address(chosen: Settings) -> list[Finding]:
    if chosen.public_url is None:
        return [look("no_address")]
    said, address = [], urlsplit(chosen.public_url)
    if address.scheme != "https":
        said.append(look("not_https", address=chosen.public_url))
    if address.path:
        said.append(broken("address_path", address=chosen.public_url))
    if not chosen.trusted_proxies:
        said.append(look("no_proxies"))
    return said
