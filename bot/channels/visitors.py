"""Where a request comes from, and whether too much comes from there.

Behind reverse proxies (TRUSTED_PROXIES) the visitor is the last address of `X-Forwarded-For` that is none of
theirs; without them it is whoever is connected. Loopback and private addresses are never limited: there sits
a proxy nobody told us of, and behind it everybody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic

from aiohttp import web

AT_ONCE = 120  # visits from one address; families and whole hamlets share one on mobile networks
A_SECOND = 1.0  # and how many more each second
KNOWN = 10_000  # addresses remembered; the ones unseen for longest are forgotten first
_HOME = 64  # bits of an IPv6 address that name a household

Network = IPv4Network | IPv6Network


class Visitors:
    """Counts visits (a new talk, a question without a talk) by address."""

    def __init__(self, proxies: Sequence[Network], clock: Callable[[], float] = monotonic) -> None:
        self._proxies, self._clock = tuple(proxies), clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # visits left, and when

    def admits(self, request: web.Request) -> bool:
        """Count a visit; False when too many came from its address lately."""
        where = self.network(request)
        if where is None:
            return True
        now = self._clock()
        left, since = self._left.pop(where, (float(AT_ONCE), now))
        left = min(float(AT_ONCE), left + (now - since) * A_SECOND)
        self._left[where] = (max(0.0, left - 1), now)
        if len(self._left) > KNOWN:
            self._left.popitem(last=False)
        return left >= 1

    def sees(self, request: web.Request) -> str:
        """How we learn where this request comes from: `direct`, by a proxy `believed`, or one `ignored`."""
        if "X-Forwarded-For" not in request.headers:
            return "direct"
        near = _address(request.remote or "")
        known = near is not None and any(near in network for network in self._proxies)
        return "believed" if known else "ignored"

    def network(self, request: web.Request) -> str | None:
        """The address, of IPv6 the household; None where nobody is limited."""
        address = _address(request.remote or "")
        for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
            if address is None or not any(address in network for network in self._proxies):
                break
            address = _address(hop)
        if address is None or address.is_loopback or address.is_private:
            return None
        if isinstance(address, IPv6Address):
            return str(ip_network((address, _HOME), strict=False))
        return str(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
