"""The terminal door: a line in, rendered Markdown and numbered buttons out."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.conversation.redaction import redact
from bot.domain.message import Address, Incoming, Reply

HERE = Address("terminal", "local", "1")
WIDEST = 88  # columns that read well


def read(line: str, number: int) -> Incoming:
    """A typed line as a message, private data masked."""
    found = redact(line)
    return Incoming(str(number), HERE, found.text, withheld=found.withheld)


def console(*, plain: bool = False, markup: bool = True) -> Console:
    """A console no wider than what reads well; `plain` writes no colours (pipes, tests).

    Without `markup` it prints what people have written as it stands.
    """
    made = Console(highlight=False, no_color=plain or None, soft_wrap=False, markup=markup, emoji=markup)
    made.width = min(made.width, WIDEST)
    return made


def show(replies: Sequence[Reply], to: Console) -> None:
    """Print replies; buttons are numbered through all of them, as the session counts them."""
    number = 0
    for reply in replies:
        to.print()
        to.print(Padding(Markdown(reply.text, hyperlinks=False), (0, 0, 0, 2)))
        for button in reply.buttons:
            number += 1
            to.print(Text(f"    [{number}] {button.label}", style="cyan"))
    to.print()


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], to: Console) -> None:
    """Print figures; the first column is a name."""
    made = Table(title=title, title_justify="left", header_style="bold")
    for place, head in enumerate(heads):
        made.add_column(head, justify="right" if place else "left")
    for row in rows:
        made.add_row(*row)
    to.print(made)
