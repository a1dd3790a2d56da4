"""What is told to doors that did not ask: that somebody typed their code, that they are tied, or no more."""

from __future__ import annotations

from bot.conversation.door_names import door_name
from bot.conversation.linking import acts
from bot.conversation.linking.acts import choice
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply


class Notes:
    """The words of each. `other` is the channel of the door where it was done."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def asks(self, other: str, name: str) -> Reply:
        """Was it you who typed the code there? `name` is that of the code."""
        yes = Button(self._says("button_doors_yes"), choice(acts.YES, name))
        no = Button(self._says("button_doors_no"), choice(acts.NO, name))
        return Reply(self._says("doors_asked", other=self._named(other)), (yes, no))

    def tied(self, other: str) -> Reply:
        """This door is tied to the one that showed the code."""
        return Reply(self._says("doors_tied", other=self._named(other)), (self._show(), self._leave()))

    def joined(self, other: str) -> Reply:
        """Another door was tied to those there were."""
        return Reply(self._says("doors_joined", other=self._named(other)), (self._show(), self._leave()))

    def cut(self, other: str) -> Reply:
        """This door was taken out, by somebody at another one."""
        return Reply(self._says("doors_cut", other=self._named(other)), (self._show(),))

    def parted(self, other: str) -> Reply:
        """Another door is no more one of these."""
        return Reply(self._says("doors_parted", other=self._named(other)), (self._show(),))

    def erased(self, other: str) -> Reply:
        """What was held here was erased, by somebody at another door."""
        return Reply(self._says("doors_erased", other=self._named(other)))

    def _named(self, channel: str) -> str:
        return door_name(self._known, channel)

    def _show(self) -> Button:
        return Button(self._says("button_doors"), choice(acts.SHOW))

    def _leave(self) -> Button:
        return Button(self._says("button_doors_here"), choice(acts.HERE))
