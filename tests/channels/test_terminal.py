from __future__ import annotations

import io

from rich.console import Console

from bot.channels import terminal
from bot.domain.message import Button, Reply, Secret


def shown(*replies: Reply, width: int = 60) -> str:
    out = io.StringIO()
    terminal.show(replies, Console(file=out, width=width, no_color=True))
    return out.getvalue()


def test_a_typed_secret_never_passes_the_door() -> None:
    incoming = terminal.read("mã otp của tôi là 482913", 7)
    assert "482913" not in incoming.text
    assert incoming.withheld == {Secret.CODE}
    assert incoming.id == "7"


def test_buttons_are_numbered_through_all_replies() -> None:
    text = shown(Reply("Một", (Button("A", "a"), Button("B", "b"))), Reply("Hai", (Button("C", "c"),)))
    assert "[1] A" in text
    assert "[2] B" in text
    assert "[3] C" in text


def test_markdown_becomes_readable_text() -> None:
    text = shown(Reply("**Gọi 114 ngay.**\n\n1. Ra ngoài\n2. Hô to"))
    assert "**" not in text
    assert "Gọi 114 ngay." in text
    assert "1 Ra ngoài" in " ".join(text.split())


def test_a_label_with_brackets_is_not_markup() -> None:
    assert "[red]x[/red]" in shown(Reply("?", (Button("[red]x[/red]", "x"),)))


def test_lines_fit_a_narrow_terminal() -> None:
    text = shown(Reply("chữ " * 80), width=40)
    assert max(map(len, text.splitlines())) <= 40
