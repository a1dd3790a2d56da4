from __future__ import annotations

import asyncio
import os
from pathlib import Path

import numpy as np
import pytest

from bot.content import kept, loading
from bot.content.apprentice import Apprentice, begun
from bot.content.edition import learnt, publish
from bot.content.kept import is_learnt
from bot.content.learning import forked
from bot.content.shelf import Kept, Replaced, Shelf
from bot.errors import ContentError
from tests.content.test_loading import spoil


def test_kept_weights_answer_like_fresh_ones(small: Path, tmp_path: Path) -> None:
    data = tmp_path / "d"
    fresh = publish(small, data)
    assert is_learnt(small, data)
    again = publish(small, data)
    for text in ("mất căn cước", "quên mật khẩu vneid", "cháy nhà rồi", "xin chào"):
        assert fresh.understanding.understand(text) == again.understanding.understand(text)


def test_what_was_kept_is_what_was_read(small: Path, small_learnt: Path) -> None:
    assert is_learnt(small, small_learnt)
    assert publish(small, small_learnt).known == loading.knowledge(small)


def test_an_edit_is_not_hidden_by_what_was_kept(small: Path, small_learnt: Path) -> None:
    data = small_learnt
    assert is_learnt(small, data)
    spoil(small / "texts.yaml", "  thanks: ", "  thanks: Vừa sửa. ")
    assert publish(small, data).known.texts["thanks"].startswith("Vừa sửa. ")
    spoil(small / "faq.yaml", "  title:", "  titel:")
    with pytest.raises(ContentError):
        publish(small, data)


def test_what_was_kept_for_other_content_is_not_used(small: Path, small_learnt: Path) -> None:
    data = small_learnt
    (file,) = (data / "weights").glob("*.npz")
    spoil(small / "texts.yaml", "  thanks: ", "  thanks: Vừa sửa. ")
    file.rename(kept.file(loading.version(small), data))
    assert publish(small, data).known.texts["thanks"].startswith("Vừa sửa. ")


def test_two_processes_learn_what_one_learns(small: Path, tmp_path: Path) -> None:
    editions = learnt(small, tmp_path / "1"), learnt(small, tmp_path / "2", forked)
    lessons = [edition.understanding.matcher.lesson for edition in editions]
    for mine, yours in zip(*((lesson.intents, lesson.alarms) for lesson in lessons), strict=True):
        assert mine.names == yours.names
        assert np.array_equal(mine.weights, yours.weights)


def test_a_job_whose_process_dies_is_done_all_the_same() -> None:
    here = os.getpid()
    assert forked(lambda: os.getpid() if os.getpid() == here else os._exit(1))() == here


class TestApprentice:
    def test_learns_what_publish_then_finds(self, small: Path, tmp_path: Path) -> None:
        child = begun(small, tmp_path / "d")
        assert child
        assert child.outcome() == ()
        assert is_learnt(small, tmp_path / "d")
        assert begun(small, tmp_path / "d") is None

    def test_tells_every_problem(self, small: Path, tmp_path: Path) -> None:
        spoil(small / "faq.yaml", "  title:", "  titel:")
        with pytest.raises(ContentError) as broken:
            loading.knowledge(small)
        assert Apprentice(small, tmp_path / "d").outcome() == broken.value.problems

    def test_tells_problems_between_files(self, small: Path, tmp_path: Path) -> None:
        spoil(small / "texts.yaml", "  thanks: ", "  thanks: '{nobody}' #")
        with pytest.raises(ContentError) as broken:
            loading.knowledge(small)
        assert Apprentice(small, tmp_path / "d").outcome() == broken.value.problems

    def test_can_be_ended_at_any_time(self, small: Path, tmp_path: Path) -> None:
        child = Apprentice(small, tmp_path / "d")
        child.end()
        assert child.outcome() == ()
        child.end()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 broken", b"\x00" * 1000])
def test_damaged_weights_are_learnt_again(small: Path, small_learnt: Path, damage: bytes) -> None:
    data = small_learnt
    (file,) = (data / "weights").glob("*.npz")
    file.write_bytes(damage)
    assert publish(small, data).understanding.understand("mất căn cước")
    with np.load(file, allow_pickle=False) as arrays:
        assert "idf" in arrays


def test_a_data_folder_that_cannot_be_written_only_costs_time(
    small: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert publish(small, blocked).understanding.understand("mất căn cước")
    assert "weights not kept" in caplog.text


def test_old_weights_are_thrown_away(small: Path, small_learnt: Path) -> None:
    data = small_learnt
    (first,) = (data / "weights").glob("*.npz")
    for i in range(kept.KEPT):
        assert first.exists()
        spoil(small / "texts.yaml", "  thanks: ", f"  thanks: {i} ")
        publish(small, data)
    assert not first.exists()
    assert len(list((data / "weights").glob("*.npz"))) == kept.KEPT


class TestShelf:
    async def test_an_edit_is_taken_up_without_a_restart(self, small: Path, small_learnt: Path) -> None:
        shelf = Shelf(small, small_learnt)
        before = shelf.current
        watching = asyncio.create_task(anext(shelf.watch()))
        await asyncio.sleep(0)  # it listens from its first step on
        async with asyncio.timeout(100):
            while not watching.done():  # an edit before the watcher listens goes unseen; the next does not
                with (small / "faq.yaml").open("a", encoding="utf-8") as file:
                    file.write("\n# sửa\n")
                await asyncio.wait({watching}, timeout=20)
        outcome = watching.result()
        assert isinstance(outcome, Replaced)
        assert shelf.current is outcome.edition
        assert shelf.current.known.digest != before.known.digest

    async def test_new_phrases_are_learnt_in_a_child(self, small: Path, small_learnt: Path) -> None:
        shelf = Shelf(small, small_learnt)
        question = "thúng mủng dần sàng"
        spoil(
            small / "intents" / "tru_so.yaml",
            "    - ",
            "".join(f"    - {question} {x}\n" for x in ("ở đâu", "là gì", "chỗ nào")) + "    - ",
        )
        assert isinstance(await shelf.refresh(), Replaced)
        heard = shelf.current.understanding.understand(question)
        assert "tru_so." in str(heard)

    async def test_a_broken_edit_keeps_the_old_content(self, small: Path, small_learnt: Path) -> None:
        shelf = Shelf(small, small_learnt)
        before = shelf.current
        spoil(small / "faq.yaml", "  title:", "  titel:")
        outcome = await shelf.refresh()
        assert isinstance(outcome, Kept)
        assert outcome.problems
        assert shelf.current is before

    async def test_an_edit_undone_is_broken_no_longer(self, small: Path, small_learnt: Path) -> None:
        shelf = Shelf(small, small_learnt)
        before, text = shelf.current, (small / "faq.yaml").read_text("utf-8")
        spoil(small / "faq.yaml", "  title:", "  titel:")
        assert isinstance(await shelf.refresh(), Kept)
        (small / "faq.yaml").write_text(text, "utf-8")
        assert await shelf.refresh() == Replaced(before)
        assert shelf.broken == ()

    async def test_broken_content_fills_no_shelf(self, small: Path, tmp_path: Path) -> None:
        spoil(small / "faq.yaml", "  title:", "  titel:")
        with pytest.raises(ContentError):
            await Shelf.filled(small, tmp_path / "d")

    async def test_touching_files_changes_nothing(self, small: Path, small_learnt: Path) -> None:
        shelf = Shelf(small, small_learnt)
        (small / "faq.yaml").touch()
        assert await shelf.refresh() is None
