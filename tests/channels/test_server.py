"""What a page may load."""

from __future__ import annotations

import pytest

from bot.channels.server import policy


@pytest.mark.parametrize(
    ("public_url", "socket"),
    [
        ("https://tructban.example.vn", "wss://tructban.example.vn"),
        ("http://10.0.0.5:8080", "ws://10.0.0.5:8080"),
    ],
)
def test_an_older_safari_may_open_our_socket_and_no_other(public_url: str, socket: str) -> None:
    parts = policy(public_url).split("; ")
    assert parts[0] == "default-src 'self'"
    assert parts[-1] == f"connect-src 'self' {socket}"


def test_without_an_address_of_ours_everything_is_self() -> None:
    assert "connect-src" not in policy(None)
