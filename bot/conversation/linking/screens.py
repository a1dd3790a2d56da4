"""What is shown of one's doors: which there are, a code, what came of one. Pure."""

from __future__ import annotations

from bot.conversation.door_names import door_name
from bot.conversation.linking import acts
from bot.conversation.linking.acts import choice
from bot.conversation.screens import MENU
from bot.domain.circle import MOST
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.pairing import (
    DropCode,
    EnterCode,
    LeaveDoor,
    Linked,
    OfferCode,
    Outcome,
    OwnCode,
    ShowDoors,
    Tied,
    TieDoors,
    written,
)
from bot.domain.seat import LOCAL


class Screens:
    """Builds them."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def told(self, result: Linked) -> Reply:
        """What came of a request."""
        match result.request:
            case ShowDoors():
                return self._asked(result, result.request)
            case OfferCode():
                return self._offered(result)
            case EnterCode() | OwnCode():
                return self._typed(result)
            case TieDoors():
                return self._answered(result)
            case DropCode(shown=shown):
                key = "doors_refused" if shown else "doors_not_mine"
                return self._said(key) if result.outcome is Outcome.DONE else self._late(result)
            case LeaveDoor() if result.outcome is Outcome.DONE:
                left = self._says("doors_left", door=self._named(result.other))
                return self._standing(result, left)
            case LeaveDoor():
                return self._standing(result)

    def wrong(self) -> Reply:
        """What was typed is no code of ours, or not quite."""
        return self._said("doors_wrong")

    def given(self) -> Reply:
        """A code came in somebody else's words."""
        return self._said("doors_given")

    # -- seen

    def _asked(self, result: Linked, request: ShowDoors) -> Reply:
        """The doors; or which of them is to be left, or whether this one."""
        if not result.doors or not request.leaves:
            return self._standing(result)
        here = [door for door in result.doors if door.here] if request.here else []
        meant = here or [door for door in result.doors if door.ref == request.door]
        if meant:
            return self._sure(meant[0])
        keys: dict[str, Button] = {}
        for door in result.doors:  # two of a kind may have been tied on one day
            label, number = self._label(door), 2
            while label in keys:
                label, number = f"{self._label(door)} {number}", number + 1
            keys[label] = Button(label, choice(acts.LEAVE, door.ref))
        return Reply(self._says("doors_leave"), (*keys.values(), self._keep()))

    def _sure(self, door: Tied) -> Reply:
        sure = Button(self._says("button_doors_sure"), choice(acts.SURE, door.ref))
        return Reply(self._says("doors_sure", door=self._label(door)), (sure, self._keep()))

    def _standing(self, result: Linked, first: str = "") -> Reply:
        """How it stands, and the ways on."""
        if result.doors:
            text = self._says("doors_list", doors="\n".join(map(self._line, result.doors)))
        else:
            text = self._says("doors_alone", here=self._named(result.here))
        keys = [self._add()] if len(result.doors) < MOST else []
        keys += [Button(self._says("button_doors_leave"), choice(acts.LEAVE))] if result.doors else []
        return Reply(f"{first}\n\n{text}" if first else text, (*keys, self._menu()))

    def _line(self, door: Tied) -> str:
        since = f"{door.since.astimezone(LOCAL):%d/%m/%Y}" if door.since else self._says("data_none")
        key = "doors_line_here" if door.here else "doors_line"
        return self._says(key, door=self._named(door.channel), since=since)

    def _label(self, door: Tied) -> str:
        """A door by name and, as there may be two of a kind, by day; or that it is this one."""
        name = self._named(door.channel)
        if door.here:
            return self._says("doors_label_here", door=name)
        day = f"{door.since.astimezone(LOCAL):%d/%m}" if door.since else self._says("data_none")
        return self._says("doors_label", door=name, day=day)

    # -- a code

    def _offered(self, result: Linked) -> Reply:
        if result.outcome is Outcome.DONE:
            shown = self._says("doors_code", code=written(result.code))
            return Reply(shown, (Button(self._says("button_doors"), choice(acts.SHOW)), self._menu()))
        full = result.outcome is Outcome.FULL
        return self._standing(result, self._says("doors_full")) if full else self._said("doors_often")

    def _typed(self, result: Linked) -> Reply:
        """At the door where a code was typed."""
        other = self._named(result.other)
        match result.outcome:
            case Outcome.DONE if isinstance(result.request, EnterCode):
                mine = Button(self._says("button_doors_mine"), choice(acts.MINE, result.name))
                no = Button(self._says("button_doors_not_mine"), choice(acts.NOT_MINE, result.name))
                return Reply(self._says("doors_mine", other=other), (mine, no))
            case Outcome.DONE | Outcome.ASKED:
                return self._said("doors_wait", other=other)
            case Outcome.SAME:
                return self._standing(result, self._says("doors_already"))
            case Outcome.OWN:
                return self._said("doors_own")
            case Outcome.ELSEWHERE:
                here = Button(self._says("button_doors_here"), choice(acts.HERE))
                tied = ", ".join(self._named(door.channel) for door in result.doors if not door.here)
                return Reply(self._says("doors_elsewhere", doors=tied), (self._add(), here, self._menu()))
            case Outcome.OFTEN:
                return self._said("doors_guessed")
            case _:
                return self._said("doors_none")

    def _answered(self, result: Linked) -> Reply:
        """At the door that showed the code, after a yes."""
        other = self._named(result.other)
        match result.outcome:
            case Outcome.DONE:
                return self._standing(result, self._says("doors_yes", other=other))
            case Outcome.FULL:
                return self._standing(result, self._says("doors_full"))
            case Outcome.ELSEWHERE:
                return self._said("doors_taken", other=other)
            case _:
                return self._late(result)

    def _late(self, result: Linked) -> Reply:
        """A press about a code that is over: how it stands where something came of it."""
        same = result.outcome is Outcome.SAME and bool(result.doors)
        return self._standing(result) if same else self._said("doors_none")

    # -- words and buttons

    def _said(self, key: str, **blanks: str) -> Reply:
        again = (self._add(),) if key in {"doors_none", "doors_taken"} else ()
        return Reply(self._says(key, **blanks), (*again, self._menu()))

    def _named(self, channel: str) -> str:
        return door_name(self._known, channel)

    def _add(self) -> Button:
        return Button(self._says("button_doors_add"), choice(acts.ADD))

    def _keep(self) -> Button:
        return Button(self._says("button_doors_keep"), choice(acts.SHOW))

    def _menu(self) -> Button:
        return Button(self._says("button_menu"), MENU)
