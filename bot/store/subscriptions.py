"""Who is told of what, door by door: stations and topics in the open, so that nothing is unsealed in vain.

What a person has at all of their doors: `subscribers`. One hash for each tag, a field for each door; the
address in it is sealed. A change comes with the proof of the press that made it, in one step.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.domain.message import Address
from bot.domain.subscription import MOST, UNDO, Changed, Outcome, Subscription
from bot.domain.warning import Topic
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.naming import TAGS, Person, prefix
from bot.store.records import PROOF, proof
from bot.store.scripts import Script, span_ms

BATCH = 500  # addresses handed on at once
PURPOSE = "warning_"  # of a consent, before its topic
LEFT = "warning_station"  # of the proof that a station was left
_ADDRESS = TypeAdapter(Address)
_TOPICS = {str(topic) for topic in Topic}


class Subscriptions:
    """Reads and changes; times are handed in. Repeating a change changes nothing."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store, self._inbox = store, inbox
        self._change = Script(store.line, "subscription/change")

    # -- whom a warning is for

    async def addressed(
        self, stations: tuple[str, ...], topic: Topic, *, urgent: bool
    ) -> AsyncIterator[list[Address]]:
        """Everybody a warning is for, once each, in batches of 500 at most.

        No station named means all; `urgent`, danger to life, is for everybody subscribed there to anything.
        Who subscribes or stops meanwhile may be among them or not.
        """
        batch: list[Address] = []
        for tag in range(TAGS):
            seen: set[bytes] = set()  # a scan may name one twice
            cursor: Any = 0
            while True:
                cursor, fields = await self._store.line.ask(
                    "HSCAN", f"{prefix(tag)}subscribers", cursor, "COUNT", BATCH
                )
                for who, text in zip(fields[::2], fields[1::2], strict=True):
                    entry = json.loads(text)
                    if who not in seen and _read(entry).wants(stations, topic, urgent=urgent):
                        seen.add(who)
                        batch.append(self._address(entry))
                        if len(batch) == BATCH:
                            yield batch
                            batch = []
                if int(cursor) == 0:
                    break
        if batch:
            yield batch

    async def wanted(
        self, address: Address, stations: tuple[str, ...], topic: Topic, *, urgent: bool
    ) -> bool:
        """Whether somebody still is to get a warning, at this moment."""
        return (await self.of(address)).wants(stations, topic, urgent=urgent)

    # -- what one person has

    async def of(self, address: Address) -> Subscription:
        """What somebody is told of; empty when of nothing."""
        return await self.held(self._inbox.person(address))

    async def held(self, who: Person) -> Subscription:
        """As `of`, by the name that the store has for them."""
        text = await self._store.line.ask("HGET", f"{prefix(who.tag)}subscribers", who.id)
        return _read(json.loads(text)) if text else Subscription()

    async def join(  # noqa: PLR0913, PLR0917 - what is asked for, where, under which words
        self, address: Address, stations: tuple[str, ...], topics: tuple[Topic, ...], wording: str,
        now: datetime, most: int = MOST,
    ) -> Changed:  # fmt: skip
        """These too; FULL with a station too many. The press was a consent to `wording`."""
        return await self._changed("join", address, now, stations, topics, wording, most)

    async def leave(
        self, address: Address, stations: tuple[str, ...], topics: tuple[Topic, ...], now: datetime
    ) -> Changed:
        """Without these; with nothing left it is a stop."""
        return await self._changed("leave", address, now, stations, topics, ",".join(stations))

    async def stop(self, address: Address, now: datetime) -> Changed:
        """Nothing any more, from this moment; NONE when nothing was sent anyway."""
        return await self._changed("stop", address, now)

    async def undo(self, address: Address, wording: str, now: datetime) -> Changed:
        """What was stopped within a day, as it was; NONE when that is too long ago."""
        return await self._changed("undo", address, now, wording=wording)

    async def gone(self, address: Address, now: datetime) -> Changed:
        """Somebody blocked or left the account: nothing is kept that could be sent to."""
        return await self._changed("gone", address, now)

    async def _changed(  # noqa: PLR0913, PLR0917 - what changes, for whom, under which words
        self, act: str, address: Address, now: datetime, stations: tuple[str, ...] = (),
        topics: tuple[Topic, ...] = (), wording: str = "-", most: int = MOST,
    ) -> Changed:  # fmt: skip
        who, seal = self._inbox.person(address), self._store.seals.seal
        given = act in {"join", "undo"}
        proofs = {topic: seal(proof(PURPOSE + topic, wording, now, given=given)).decode() for topic in Topic}
        arguments: dict[str, Any] = {
            "act": act, "stations": stations, "topics": topics, "most": most, "undo": span_ms(UNDO),
            "proof": int(PROOF.total_seconds()), "to": seal(_ADDRESS.dump_json(address)).decode(),
            "given" if given else "withdrawn": proofs,
        }  # fmt: skip
        if act == "leave":
            arguments["left"] = seal(proof(LEFT, wording, now, given=False)).decode()
        keys = [f"{prefix(who.tag)}subscribers", who.key("stopped"), who.key("consent")]
        text = await self._change(keys, [who.id, json.dumps(arguments)])
        found = json.loads(text)
        entry = {"s": found.get("stations", ()), "t": found.get("topics", ())}
        return Changed(Outcome(found["outcome"]), _read(entry))

    def _address(self, entry: Mapping[str, Any]) -> Address:
        return _ADDRESS.validate_json(self._store.seals.open(entry["to"].encode()))


def _read(entry: Mapping[str, Any]) -> Subscription:
    """What is kept, without topics that are no more."""
    topics = tuple(Topic(each) for each in entry["t"] if each in _TOPICS)
    return Subscription(tuple(entry["s"]), topics)
