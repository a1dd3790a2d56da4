"""Whom a warning would reach, how each door shows it, and what became of it, in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.door_names import door_name
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.appointment import Rules
from bot.domain.mailing import Audience, Fate, Progress
from bot.domain.message import Reply
from bot.domain.reminder import waking
from bot.domain.warning import Case, State

FATES = (Fate.DELIVERED, Fate.UNSURE, Fate.REFUSED, Fate.EXPIRED, Fate.WAITING)
QUIET = Rules().quiet


@dataclass(frozen=True, slots=True)
class Rendered:
    """How a door shows it: the text of each of its messages, and whether a picture comes with them."""

    door: str
    messages: tuple[str, ...]
    picture: bool = False


class ReachWords:
    """Tells how many get it, and how."""

    def __init__(self, words: WarningWords) -> None:
        self._words, self._says = words, words.says

    def before(self, case: Case, audience: Audience | None) -> list[str]:
        """Before it is sent: how many on which doors, who cannot be reached and why, the hours, the cost."""
        found = []
        if audience is not None and not audience.reached:
            found.append(self._says("officer_warn_nobody"))
        elif audience is not None:
            found.append(self._says(
                "officer_warn_reached", count=number(sum(audience.reached.values())),
                doors=self._counted(audience.reached),
            ))  # fmt: skip
        if audience is not None and audience.detours:
            found.append(self._elsewhere("officer_warn_detours", audience.detours, "\n", "- "))
        if audience is not None and audience.unreached:
            by = [
                self._says("officer_warn_by", door=self.door(door), why=self.why(why), count=number(count))
                for (door, why), count in sorted(audience.unreached.items(), key=lambda each: -each[1])
            ]
            found.append(self._says(
                "officer_warn_unreached", count=number(sum(audience.unreached.values())),
                lines="\n".join(f"- {each}" for each in by),
            ))  # fmt: skip
            found.append(self._says("officer_warn_no_phone"))
        who = "correction" if case.bulletin.corrects else "drill" if case.bulletin.drill else ""
        if who:
            found.append(self._says(f"officer_warn_only_{who}"))
        return [*found, self._hours(case)]

    def starting(self, case: Case) -> list[str]:
        """Sending was begun, and nobody is written down yet."""
        fixing = self._says("officer_warn_fixing", done="0", all="0")
        return [self._hours(case)] if not case.bulletin.urgent and self._sleeps() else [fixing]

    def _sleeps(self) -> bool:
        return waking(self._words.now, QUIET) > self._words.now

    def _hours(self, case: Case) -> str:
        """When it goes out: at once, or in the morning."""
        if case.bulletin.urgent:
            return self._says("officer_warn_any_hour")
        starts = max(case.begins or self._words.now, self._words.now)
        goes = waking(starts, QUIET)
        if goes <= starts:
            return self._says("officer_warn_quiet")
        over = case.bulletin.expires is not None and goes >= case.bulletin.expires
        key = "officer_warn_night_over" if over else "officer_warn_night"
        return self._says(key, when=self._words.moment(goes))

    def after(self, case: Case, progress: Progress) -> list[str]:
        """While it is sent and afterwards: how far it is, by door and reason."""
        if not progress.recipients and progress.ended:
            return [self._says("officer_warn_sent_nobody")]
        done = progress.recipients - progress.of(Fate.WAITING)
        blanks = {"done": number(done), "all": number(progress.recipients)}
        if case.state in {State.SENDING, State.STOPPED}:
            key = "officer_warn_sending" if progress.fixed else "officer_warn_fixing"
            if case.state is State.STOPPED:
                key = "officer_warn_stopped"
        else:
            key = "officer_warn_sent"
        found = [self._says(key, **blanks)]
        if case.state is State.SENDING and not case.bulletin.urgent and self._sleeps():
            found.append(self._hours(case))
        lines = [f"- {self._fate(fate, progress)}" for fate in FATES if progress.of(fate)]
        if lines:
            found.append("\n".join(lines))
        if progress.detours:
            found.append(self._elsewhere("officer_warn_arrived_elsewhere", progress.detours, ", "))
        if progress.again or progress.resent:
            found.append(self._says(
                "officer_warn_twice", again=number(progress.again), resent=number(progress.resent)
            ))  # fmt: skip
        if progress.read or progress.right or progress.wrong:
            found.append(self._says(
                "officer_warn_understood", read=number(progress.read), right=number(progress.right),
                wrong=number(progress.wrong),
            ))  # fmt: skip
        if progress.of(Fate.UNSURE) and case.state is State.DONE:
            found.append(self._says("officer_warn_unsure"))
        return found

    def _fate(self, fate: Fate, progress: Progress) -> str:
        """One fate: how many, at which doors, why."""
        parts: Counter[tuple[str, str]] = Counter()
        for (door, found, why), count in progress.counts.items():
            if found is fate and count:
                parts[door, why] += count
        told = ", ".join(
            self._says("officer_warn_by", door=self.door(door), why=self.why(why), count=number(count))
            if why
            else f"{self.door(door)} {number(count)}"
            for (door, why), count in parts.most_common()
        )
        return self._says(f"officer_warn_fate_{fate}", count=number(progress.of(fate)), doors=told)

    def doors(self, rendered: Sequence[Rendered], reply: Reply) -> str:
        """How each door shows it: in so many messages, with these buttons; words only where they differ."""
        buttons = " · ".join(button.label for button in reply.buttons)
        lines = []
        for each in rendered:
            picture = self._says("officer_warn_with_picture") if each.picture else ""
            lines.append(self._says(
                "officer_warn_shown", door=self.door(each.door), count=str(len(each.messages)),
                letters=number(sum(len(part) for part in each.messages)), picture=picture,
            ))  # fmt: skip
        told = "\n".join(f"- {line}" for line in lines)
        return self._says("officer_warn_doors", lines=told, buttons=buttons)

    def door(self, channel: str) -> str:
        """A door as people call it."""
        name = door_name(self._words.known, channel)
        return name[:1].upper() + name[1:]  # it begins a line

    def why(self, reason: str) -> str:
        """A reason in words; one that we have no words for is named as it is."""
        key = f"officer_warn_why_{reason}"
        known = key in self._words.known.texts
        return self._says(key) if known else self._says("officer_warn_why_other", why=reason)

    def _elsewhere(
        self, key: str, detours: Mapping[tuple[str, str, str], int], between: str, mark: str = ""
    ) -> str:
        """How many by another door than the one they asked at: from which, to which, why."""
        told = [
            self._says(
                "officer_warn_detour", first=self.door(first), door=self.door(door), count=number(count),
                why=self.why(why or "recent"),
            )
            for (first, why, door), count in sorted(detours.items(), key=lambda each: -each[1])
        ]  # fmt: skip
        lines = between.join(f"{mark}{each}" for each in told)
        return self._says(key, count=number(sum(detours.values())), lines=lines)

    def _counted(self, reached: Mapping[str, int]) -> str:
        return ", ".join(f"{self.door(door)} {number(count)}" for door, count in reached.items() if count)


def number(count: int) -> str:
    """A count as it is written here: 1.204."""
    return f"{count:,}".replace(",", ".")
