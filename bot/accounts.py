"""The accounts we speak for on Telegram and Zalo: one of each from the environment, several from a file.

ACCOUNTS_FILE is YAML; unknown keys are refused. No message of ours ever quotes one of its values.

    telegram:
      - token: "123456:abc"        # secret, station are optional
        station: mai_phu
    zalo_oa:
      - id: "8880001112223334445"
        app_id: "1234567890123456789"
        app_secret: …
        secret_key: …              # refresh_token, station, verifier, zns are optional
        zns: {reminder: "300001"}  # approved templates, by kind
    zalo_bot:
      - token: "123456:abc"        # secret, station are optional
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.message import Address
from bot.errors import SettingsError

TELEGRAM, ZALO_OA, ZALO_BOT = "telegram", "zalo_oa", "zalo_bot"  # channels
ZALO_ZNS = "zalo_zns"  # templates that an Official Account sends to a phone
NAMES = (
    "TELEGRAM_TOKEN", "TELEGRAM_SECRET", "ZALO_OA_ID", "ZALO_OA_APP_ID", "ZALO_OA_APP_SECRET",
    "ZALO_OA_SECRET_KEY", "ZALO_OA_REFRESH_TOKEN", "ZALO_VERIFIER", "ZALO_ZNS_REMINDER",
    "ZALO_ZNS_CANCELLED", "ZALO_BOT_TOKEN", "ZALO_BOT_SECRET", "ACCOUNTS_FILE",
)  # fmt: skip
_FILE = "ACCOUNTS_FILE"
_Digits = Annotated[str, Field(pattern=r"^\d{3,25}$")]
_Word = Annotated[str, Field(pattern=r"^\S{1,600}$")]
_Place = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]


class _Account(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    station: _Place | None = None


class TelegramAccount(_Account):
    """A bot. `secret` comes back with every call of the webhook; without one we make one up."""

    token: Annotated[str, Field(pattern=r"^\d{1,20}:[A-Za-z0-9_-]{1,100}$")]
    secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,256}$")] | None = None

    @property
    def id(self) -> str:
        """The bot's own id, which is no secret."""
        return self.token.partition(":")[0]


class Templates(BaseModel):
    """Ids of the templates that Zalo approved for an account, by what they say; none: it is not said."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    reminder: _Digits | None = None
    cancelled: _Digits | None = None

    def of(self, kind: str) -> str | None:
        """The template of a kind, if there is one."""
        found: dict[str, str | None] = {"reminder": self.reminder, "cancelled": self.cancelled}
        return found.get(kind)


class ZaloAccount(_Account):
    """An Official Account. `secret_key` signs what Zalo tells us, `app_secret` gets tokens.

    `refresh_token` only seeds an empty store. `verifier` is Zalo's file `zalo_verifier….html`, or its code.
    `zns`: templates it may send to phones.
    """

    id: _Digits
    app_id: _Digits
    app_secret: _Word
    secret_key: _Word
    refresh_token: _Word | None = None
    verifier: _Word | None = None
    zns: Templates = Field(default_factory=Templates)


class ZaloBotAccount(_Account):
    """A bot of the Zalo Bot Platform. `secret` as Telegram's; the platform wants eight letters or more."""

    token: Annotated[str, Field(pattern=r"^\d{1,25}:[A-Za-z0-9._~-]{1,300}$")]
    secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,256}$")] | None = None

    @property
    def id(self) -> str:
        """The bot's own number, which is no secret."""
        return self.token.partition(":")[0]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    telegram: list[TelegramAccount] = Field(default_factory=list)
    zalo_oa: list[ZaloAccount] = Field(default_factory=list)
    zalo_bot: list[ZaloBotAccount] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts of a deployment."""

    telegram: tuple[TelegramAccount, ...] = ()
    zalo_oa: tuple[ZaloAccount, ...] = ()
    verifiers: tuple[str, ...] = ()
    zalo_bot: tuple[ZaloBotAccount, ...] = ()

    def writing(self, tied: Callable[[Address], str | None]) -> Callable[[str, str], str | None]:
        """Who says which Official Account writes a kind of template for a station; `tied`: to which each is.

        The station's own, else one tied to none.
        """

        def found(kind: str, station: str) -> str | None:
            having = {oa.id: tied(Address(ZALO_OA, oa.id, "")) for oa in self.zalo_oa if oa.zns.of(kind)}
            return next((id_ for wanted in (station, None) for id_ in having if having[id_] == wanted), None)

        return found

    @property
    def every(self) -> tuple[tuple[str, str], ...]:
        """(channel, account) of each."""
        return (
            *((TELEGRAM, bot.id) for bot in self.telegram),
            *((ZALO_OA, oa.id) for oa in self.zalo_oa),
            *((ZALO_BOT, bot.id) for bot in self.zalo_bot),
        )

    @property
    def stations(self) -> dict[tuple[str, str], str]:
        """The station of each (channel, account) that is tied to one here."""
        found = [((TELEGRAM, bot.id), bot.station) for bot in self.telegram]
        found += [((ZALO_OA, oa.id), oa.station) for oa in self.zalo_oa]
        found += [((ZALO_BOT, bot.id), bot.station) for bot in self.zalo_bot]
        return {account: station for account, station in found if station}


def accounts(given: Mapping[str, str], here: Path) -> Accounts:
    """The accounts of an environment.

    Raises:
        SettingsError: naming the setting, or the place in the file, never a value.
    """
    listed = _listed(here / given[_FILE]) if _FILE in given else _File()
    telegram: list[TelegramAccount] = [*_bot(TelegramAccount, "TELEGRAM", given), *listed.telegram]
    zalo = [*_zalo(given), *listed.zalo_oa]
    zalo_bots: list[ZaloBotAccount] = [*_bot(ZaloBotAccount, "ZALO_BOT", given), *listed.zalo_bot]
    for found in ([a.id for a in telegram], [a.id for a in zalo], [a.id for a in zalo_bots]):
        for id_, times in Counter(found).items():
            if times > 1:
                raise SettingsError(_FILE, "account_twice", id_)
    verifiers = [given["ZALO_VERIFIER"]] if "ZALO_VERIFIER" in given else []
    verifiers += [a.verifier for a in zalo if a.verifier]
    return Accounts(tuple(telegram), tuple(zalo), tuple(dict.fromkeys(verifiers)), tuple(zalo_bots))


def _bot(model: type[Any], name: str, given: Mapping[str, str]) -> list[Any]:
    """The bot of the environment, on a platform where a token is all it takes."""
    if f"{name}_TOKEN" not in given:
        return []
    return [_made(model, given, {"token": f"{name}_TOKEN", "secret": f"{name}_SECRET"})]


def _zalo(given: Mapping[str, str]) -> list[ZaloAccount]:
    fields = {
        "id": "ZALO_OA_ID", "app_id": "ZALO_OA_APP_ID", "app_secret": "ZALO_OA_APP_SECRET",
        "secret_key": "ZALO_OA_SECRET_KEY", "refresh_token": "ZALO_OA_REFRESH_TOKEN",
    }  # fmt: skip
    templates = {"reminder": "ZALO_ZNS_REMINDER", "cancelled": "ZALO_ZNS_CANCELLED"}
    if not any(name in given for name in (*fields.values(), *templates.values())):
        return []
    for name in list(fields.values())[:4]:
        if name not in given:
            raise SettingsError(name, "zalo_missing", "")
    account: ZaloAccount = _made(ZaloAccount, given, fields)
    return [account.model_copy(update={"zns": _made(Templates, given, templates)})]


def _made(model: type[Any], given: Mapping[str, str], fields: Mapping[str, str]) -> Any:
    """One account of the environment; a bad value names its setting."""
    try:
        return model(**{field: given[name] for field, name in fields.items() if name in given})
    except ValidationError as error:
        raise SettingsError(fields[str(error.errors()[0]["loc"][0])], "account_value", "") from None


def _listed(path: Path) -> _File:
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(_FILE, "account_file", f"{path} ({type(error).__name__})") from None
    try:
        return _File.model_validate(raw or {})
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise SettingsError(_FILE, "account_place", f"{path}: {place}") from None
