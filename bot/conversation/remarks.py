"""What is said about the talk itself: a command ("quay lại"), a part of the last answer ("còn lệ phí?")."""

from __future__ import annotations

from bot.conversation.facets import Facets
from bot.conversation.following import Following, path_of
from bot.conversation.lexicon import Lexicon
from bot.conversation.spoken import Spoken
from bot.conversation.steps import LED
from bot.conversation.subscribing.hearing import is_doubtful
from bot.conversation.text import tokens
from bot.domain.command import Command, Facet
from bot.domain.heard import Meant, Said
from bot.domain.knowledge import Knowledge


class Remarks:
    """Hears commands and parts. `sure`: the score from which on a question is one of its own."""

    def __init__(self, known: Knowledge, lexicon: Lexicon, following: Following, sure: float) -> None:
        self._known, self._following = known, following
        self._facets = Facets(known.words, lexicon, sure)
        self._stops = {t.marked for text in known.words.commands[Command.ENOUGH] for t in tokens(text)}
        self._commands = {
            lexicon.read(text).folded: Command(name)
            for name, group in known.words.commands.items()
            for text in group
            if Command(name) not in {*LED, Command.STILL}
        }

    def heard(self, message: Spoken) -> Said | Meant | None:
        """A command, or the parts of the last answer that are asked for."""
        command = self._commands.get(message.reading.folded)
        if command is Command.ENOUGH and self._means_other(message):
            command = None
        if command and (message.session.trail or command not in {Command.USEFUL, Command.WRONG}):
            return Said(what=command)
        facet = self.part(message)
        if facet:
            return Said(what=facet)
        intent = message.session.intent or ""
        several = self._facets.several(message)
        if not several or intent not in self._known.answers:
            return None
        return Meant(intent=intent, path=path_of(message.session.trail, intent), facets=several)

    def _means_other(self, message: Spoken) -> bool:
        """Whether a word to stop is another one: "đúng" is not "dừng", nor is it sure that "dung" is."""
        if is_doubtful(message.text) and (
            message.session.draft or message.session.letter or message.session.handover
        ):
            return True
        return any(word.has_marks and word.marked not in self._stops for word in tokens(message.text))

    def part(self, message: Spoken) -> Facet | None:
        """The part of the last answer that is asked for, unless a case of that answer is named."""
        listed = self._facets.listed(message)
        if listed or self._following.names_case(message):
            return listed
        return self._facets.only(message)
