"""Processes that look after one account's token: each prints what it has got."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import aiohttp

from bot.accounts import ZaloAccount
from bot.channels.zalo_oa.oauth import OAuth
from bot.channels.zalo_oa.tokens import Keeper, Spare
from bot.metrics import Metrics
from bot.store.connection import open_store
from bot.store.sealing import Seals
from bot.store.tokens import Tokens
from bot.store.turns import Turns


async def renew(valkey: str, key: str, zalo: str, folder: Path, account: ZaloAccount) -> None:
    store = await open_store(valkey, Seals([key]))
    async with aiohttp.ClientSession() as session:
        spare = Spare(folder, account.id, store.seals)
        oauth = OAuth(session, zalo)
        keeper = Keeper(account, Tokens(store), Turns(store), oauth, spare, Metrics())
        access = await keeper.access()
        await keeper.close()
    await store.close()
    os.write(1, f"{access}\n".encode())


def main(number: str, valkey: str, key: str, zalo: str, folder: str, account: str) -> None:  # noqa: PLR0913, PLR0917
    """So many processes, which begin at the same moment."""
    read, write = os.pipe()
    made = ZaloAccount.model_validate_json(account)
    children = []
    for each in range(1, int(number)):
        if child := os.fork():
            children.append(child)
            continue
        os.close(write)
        os.read(read, 1)  # ends when the first process lets go
        asyncio.run(renew(valkey, key, zalo, Path(folder) / str(each), made))
        os._exit(0)
    os.close(write)
    asyncio.run(renew(valkey, key, zalo, Path(folder), made))
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
