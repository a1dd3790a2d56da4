"""`trucban zalo token`: a first token for an Official Account, or a new one after the old was lost."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot import opening
from bot.accounts import ZALO_OA, ZaloAccount
from bot.channels.zalo_oa.oauth import DeniedError, OAuth, UnansweredError, verifier
from bot.cli import codes
from bot.config import Settings
from bot.content.files import say
from bot.conversation.days import VIETNAM
from bot.errors import SettingsError
from bot.store.tokens import Pair, Tokens


def token(options: Settings, given: argparse.Namespace) -> int:
    """Get a pair of tokens, by an admin's approval or from a refresh token, and keep it."""
    account = _account(options, given.account)
    back = given.redirect or options.public_url
    if not given.refresh_token and back is None:
        raise SettingsError("PUBLIC_URL", "zalo_back", "")
    try:
        until = asyncio.run(_obtained(options, account, None if given.refresh_token else f"{back}/"))
    except DeniedError as error:
        print(say("zalo", "denied", code=error.code), file=sys.stderr)
        return codes.BAD
    except UnansweredError as error:
        print(say("zalo", "unanswered", error=error), file=sys.stderr)
        return codes.BAD
    except ValueError as error:
        print(say("zalo", str(error)), file=sys.stderr)
        return codes.BAD
    print(say("zalo", "kept", account=account.id, until=until.astimezone(VIETNAM)))
    return codes.OK


def _account(options: Settings, wanted: str | None) -> ZaloAccount:
    accounts = options.accounts.zalo_oa
    found = [account for account in accounts if wanted in {None, account.id}]
    if not accounts:
        raise SettingsError("ZALO_OA_ID", "zalo_none", "")
    if len(found) != 1:
        raise SettingsError("--account", "zalo_which", ", ".join(account.id for account in accounts))
    return found[0]


async def _obtained(options: Settings, account: ZaloAccount, back: str | None) -> datetime:
    """Until when the desk can send without renewing; `back` is None when a refresh token is given.

    Raises:
        DeniedError, UnansweredError.
        ValueError: what was put in cannot be used; the key of the sentence that says so.
    """
    async with opening.beside(options) as store, aiohttp.ClientSession() as session:
        oauth, tokens = OAuth(session, options.zalo_oauth_api), Tokens(store)
        if back is None:
            refresh = (await _asked(say("zalo", "ask_refresh"))).strip()
            if not refresh:
                raise ValueError("nothing")
            pair = await oauth.renewed(account, refresh, datetime.now(UTC))
        else:
            pair = await _approved(oauth, account, back)
        await _keep(tokens, account, pair)
        return pair.expires


async def _approved(oauth: OAuth, account: ZaloAccount, back: str) -> Pair:
    proof, state = verifier(), secrets.token_urlsafe(16)
    print(say("zalo", "open", link=oauth.consent(account, back, proof, state)))
    query = parse_qs(urlsplit((await _asked(say("zalo", "ask_address"))).strip()).query)
    code, told, oa = (query.get(name, [""])[0] for name in ("code", "state", "oa_id"))
    if not code:
        raise ValueError("no_code")
    if told != state:
        raise ValueError("old_address")
    if oa and oa != account.id:
        raise ValueError("other_account")
    return await oauth.approved(account, code, proof, datetime.now(UTC))


async def _keep(tokens: Tokens, account: ZaloAccount, pair: Pair) -> None:
    """In place of whatever is there; a running desk takes it up within a minute."""
    while True:
        newest = await tokens.newest(ZALO_OA, account.id)
        generation = newest.generation if newest else 0
        if await tokens.replace(ZALO_OA, account.id, generation, pair, datetime.now(UTC)):
            return


async def _asked(words: str) -> str:
    """A line from whoever sits there; nothing of it is shown or kept elsewhere."""
    print(words, flush=True)
    return await asyncio.to_thread(sys.stdin.readline)
