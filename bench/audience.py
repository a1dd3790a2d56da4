"""Who is warned in `bench/warning.py`: people of three doors, and what goes wrong with some of them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bot.domain.message import WEBCHAT, Address
from tests.doubles.zalo import citizen

BOT, OA = "4200000001", "8880001112223334445"
FIRST = 8_000_000_000  # the number of the first person on Telegram
# Of a thousand on Telegram: what goes wrong, and its argument. All but the last three happen once.
ILLS: tuple[tuple[int, str, float], ...] = (
    (5, "lost", 0), (5, "reset", 0), (3, "hang", 60), (10, "server", 0), (3, "html", 0),
    (3, "retry_after", 3), (20, "slow", 3), (3, "blocked", 0), (2, "chat_not_found", 0),
    (1, "deactivated", 0),
)  # fmt: skip
USUAL = 25  # warnings a second
DEAF = frozenset({"blocked", "chat_not_found", "deactivated"})  # nothing can reach them
ZALO_ILLS = ((10, "lost"), (10, "reset"), (10, "html"))  # of a thousand who can be written to
GONE, STOPPING, OUTSIDE = 30, 10, 50  # of a thousand: known to be gone, stop midway, meant by nothing


@dataclass(frozen=True)
class Someone:
    """A person at a door. `hours`: since they last wrote. `outside`: subscribed to something else."""

    address: Address
    hours: float = 1.0
    ill: str = ""
    argument: float = 0.0
    gone: bool = False
    stops: bool = False
    outside: bool = False

    @property
    def name(self) -> tuple[str, str]:
        return self.address.channel, self.address.user

    @property
    def reachable(self) -> bool:
        """Whether a warning sent to them arrives, sooner or later."""
        window = self.address.channel != "zalo_oa" or self.hours < 48
        return window and not self.gone and self.ill not in DEAF and not self.outside


def audience(rng: random.Random, people: int, tokens: list[str], rate: float) -> list[Someone]:
    """So many people who are meant, and some who are not; `tokens` are those of the web."""
    on_zalo = people * 12 // 100
    found = [_on_telegram(rng, n, rate) for n in range(people - on_zalo - len(tokens))]
    found += [_on_zalo(rng, n) for n in range(on_zalo)]
    found += [Someone(Address(WEBCHAT, "web", token)) for token in tokens]
    others = range(people, people + people * OUTSIDE // 1000)
    found += [Someone(Address("telegram", BOT, f"{FIRST + n}"), outside=True) for n in others]
    rng.shuffle(found)
    return found


def _on_telegram(rng: random.Random, number: int, rate: float) -> Someone:
    address = Address("telegram", BOT, f"{FIRST + number}")
    if rng.random() < GONE / 1000:
        return Someone(address, gone=True)
    drawn = rng.random() * 1000
    for share, ill, argument in ILLS:
        # Several chats too fast within seconds mean that all are: no more of them a second at another rate.
        drawn -= share * (USUAL / rate if ill == "retry_after" else 1)
        if drawn < 0:
            return Someone(address, ill=ill, argument=argument)
    return Someone(address, stops=rng.random() < STOPPING / 1000)


def _on_zalo(rng: random.Random, number: int) -> Someone:
    address, drawn = Address("zalo_oa", OA, citizen(number)), rng.random()
    if drawn < 0.15:
        return Someone(address, hours=rng.uniform(80, 160))  # at the account's cost: not for warnings
    if drawn < 0.3:
        return Someone(address, hours=rng.uniform(220, 500))
    hours, drawn = rng.uniform(1, 20), rng.random() * 1000
    for share, ill in ZALO_ILLS:
        drawn -= share
        if drawn < 0:
            return Someone(address, hours, ill)
    return Someone(address, hours)
