"""Deliveries as they are kept until they are sent: sealed, with what the scripts must know on the outside."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from bot.domain.delivery import Delivery
from bot.domain.message import Address
from bot.store.scripts import ms
from bot.store.sealing import Seals

_DELIVERY = TypeAdapter(Delivery)
_ADDRESS = TypeAdapter(Address)


class Parcels:
    """Seals and opens deliveries."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def sealed(self, delivery: Delivery) -> bytes:
        """A delivery as it is kept."""
        return self._seals.seal(_DELIVERY.dump_json(delivery))

    def opened(self, sealed: bytes) -> Delivery:
        """What was sealed.

        Raises:
            StoreError, ValidationError: it is not readable.
        """
        return _DELIVERY.validate_json(self._seals.open(sealed))

    def address(self, address: Address) -> bytes:
        """Where a delivery went on, as it is kept."""
        return self._seals.seal(_ADDRESS.dump_json(address))

    def addressed(self, sealed: bytes) -> Address:
        """The address that was sealed.

        Raises:
            StoreError, ValidationError: it is not readable.
        """
        return _ADDRESS.validate_json(self._seals.open(sealed))

    def labelled(self, delivery: Delivery) -> dict[str, Any]:
        """A delivery as `finish` takes it."""
        return {
            "id": delivery.id,
            "door": delivery.address.channel,
            "lane": str(delivery.lane),
            "not_before": ms(delivery.not_before),
            "expires": ms(delivery.expires),
            "payload": self.sealed(delivery).decode(),
        }
