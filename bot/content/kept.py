"""Where DATA_DIR keeps what was read and learnt: a file for each state of the content, named by its hash."""

from __future__ import annotations

from pathlib import Path

from bot.content.files import version

FORMAT = 34  # raised when code that reads, checks or learns changes, so that what older code kept is not used
KEPT = 3  # newest files that stay


def file(digest: str, data: Path) -> Path:
    """The file of the content with this hash."""
    return data / "weights" / f"{digest}-{FORMAT}.npz"


def is_learnt(folder: Path, data: Path) -> bool:
    """Whether what there is to learn from the content as it is now was kept."""
    return file(version(folder), data).is_file()


def tidy(data: Path) -> None:
    """Throw old files away."""
    for old in sorted((data / "weights").glob("*.npz"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
