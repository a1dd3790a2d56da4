"""What is said of a door that is dead, closed, or back: to officers, to citizens, on the pages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from bot.conversation.door_names import door_name
from bot.conversation.relaying import named, plain
from bot.domain.handover import Handover
from bot.domain.health import AWAY, REFUSED, SENDS, TOKEN, Condition, Standing, State
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address, Reply
from bot.domain.seat import LOCAL

Account = tuple[str, str]  # channel, account
StationOf = Callable[[str, str], str | None]
SHOWN = timedelta(minutes=10)  # after which citizens are told of a dead door
_WHY = (SENDS, AWAY, TOKEN, REFUSED)

SENTENCES: dict[str, tuple[str, ...]] = {
    "door_of": ("door", "station"),
    # to officers
    "door_down": ("door", "clock", "why"),
    **{f"door_why_{why}": () for why in _WHY},
    "door_meanwhile": (),
    "door_do_token": (),
    "door_do_wait": (),
    "door_closed": ("door", "clock", "reason"),
    "door_closed_meanwhile": (),
    "door_back": ("door", "clock", "span"),
    "door_span_minutes": ("minutes",),
    "door_span_hours": ("hours", "minutes"),
    # to citizens
    "door_shut": ("door", "elsewhere"),
    "door_shut_why": ("reason",),
    "door_elsewhere": ("doors",),
    "door_page": ("address",),
    "door_banner": ("door",),
    "door_banner_notice": ("door", "notice"),
    # in talks with officers
    "relay_elsewhere": ("station", "clock", "door"),
    "relay_late": ("name", "door", "hours"),
    "relay_went": ("name", "door"),
    "relay_lost": ("name", "door"),
    "door_tied": ("door",),
    "door_tied_notice": ("notice",),
}


class OutageWords:
    """Puts doors into words. `stations`: the station an account is tied to, if it is one's."""

    def __init__(self, known: Knowledge, stations: StationOf) -> None:
        self._says, self._known, self._stations = known.says, known, stations

    def told(self, account: Account, state: State) -> Reply:
        """Officers hear which door, since when, what happens meanwhile, what there is to do."""
        door, since = self.name(account), state.since
        clock = f"{since.astimezone(LOCAL):%H:%M %d/%m}" if since else ""
        match state.standing:
            case Standing.DOWN:
                why = self._says(f"door_why_{state.why if state.why in _WHY else AWAY}")
                what = "door_do_token" if state.why in {TOKEN, REFUSED} else "door_do_wait"
                parts = [self._says("door_down", door=door, clock=clock, why=why)]
                parts += [self._says("door_meanwhile"), self._says(what)]
            case Standing.CLOSED:
                parts = [self._says("door_closed", door=door, clock=clock, reason=plain(state.reason))]
                parts.append(self._says("door_closed_meanwhile"))
            case Standing.OPEN:
                away = since - state.away if since and state.away else timedelta(0)
                parts = [self._says("door_back", door=door, clock=clock, span=self._span(away))]
        return Reply("\n\n".join(parts))

    def shut(self, account: Account, found: Condition, open_: Iterable[str], page: str | None) -> Reply:
        """Who writes at a closed door hears why, and where else; `open_`: channels that are."""
        names = [door_name(self._known, channel) for channel in dict.fromkeys(open_)]
        ways = [self._says("door_elsewhere", doors=", ".join(names))] if names else []
        ways += [self._says("door_page", address=page)] if page else []
        parts = [self._says("door_shut", door=self.name(account), elsewhere=" ".join(ways)).strip()]
        parts += [self._says("door_shut_why", reason=plain(found.reason))] if found.reason else []
        parts += [plain(found.notice)] if found.notice else []
        return Reply("\n\n".join(parts))

    def tied(self, account: Account, notice: str) -> Reply:
        """Whoever has another door hears there that one is closed."""
        parts = [self._says("door_tied", door=self.name(account))]
        parts += [self._says("door_tied_notice", notice=plain(notice))] if notice else []
        return Reply("\n\n".join(parts))

    def lead(self, handover: Handover, asked_at: Address) -> str:
        """What stands before words of an officer that come to another door than they were asked at."""
        place = self._known.stations.get(handover.station)
        return self._says(
            "relay_elsewhere",
            station=place.name if place else "",
            clock=f"{handover.asked.astimezone(LOCAL):%H:%M %d/%m}",
            door=self.name((asked_at.channel, asked_at.account)),
        ).replace("  ", " ")

    def waits(self, handover: Handover, door: Address, what: str, span: timedelta) -> Reply:
        """An officer hears that their words wait for a door (`late`), `went` out, or are `lost`."""
        blanks = {"name": named(handover), "door": self.name((door.channel, door.account))}
        if what == "late":
            blanks["hours"] = str(round(span.total_seconds() / 3600))
        return Reply(self._says(f"relay_{what}", **blanks))

    def banners(self, shut: Mapping[Account, Condition], now: datetime) -> tuple[str, ...]:
        """A line for each door that citizens are to know of."""
        return tuple(
            self._says("door_banner_notice", door=self.name(account), notice=plain(found.notice))
            if found.notice
            else self._says("door_banner", door=self.name(account))
            for account, found in shut.items()
            if _shown(found, now)
        )

    def name(self, account: Account) -> str:
        """A door, as people call it; with its station where it is one's own."""
        channel = door_name(self._known, account[0])
        place = self._known.stations.get(self._stations(*account) or "")
        return self._says("door_of", door=channel, station=place.name) if place else channel

    def _span(self, span: timedelta) -> str:
        hours, minutes = divmod(max(1, round(span.total_seconds() / 60)), 60)
        if not hours:
            return self._says("door_span_minutes", minutes=str(minutes))
        return self._says("door_span_hours", hours=str(hours), minutes=str(minutes))


def _shown(found: Condition, now: datetime) -> bool:
    if found.standing is Standing.CLOSED:
        return bool(found.notice)
    return found.since is not None and now - found.since > SHOWN
