"""Everything that can be broken, in one tree.

What can be expected (nothing found, not sure, no such button) is a value, never an error.

* TrucBanError
  * SettingsError   a setting is wrong; the message names it
  * ContentError    content cannot be used; carries every problem found
  * StoreError      what we remember cannot be reached, or is not fit to be relied on
    * StoreBusyError     another process holds it
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class TrucBanError(Exception):
    """Base of all errors this program raises on purpose; its text is fit for an operator."""


class SettingsError(TrucBanError):
    """A setting has a value that cannot be used.

    `name` is the setting, `reason` a key under `settings` in console.yaml, `value` what stood there.
    """

    def __init__(self, name: str, reason: str, value: str) -> None:
        super().__init__(f"{name}: {reason}: {value}")
        self.name, self.reason, self.value = name, reason, value


def where(error: BaseException) -> str:
    """Where something broke, as `file:line`: fit for logs, without any value a citizen may have written."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of the content, and how to mend it.

    `line` counts from 1; 0 stands for the file as a whole.
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class ContentError(TrucBanError):
    """The content cannot be used; every problem is reported in one go."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class StoreError(TrucBanError):
    """The store is broken, or not fit to be relied on.

    `reason` is a key under `store` in console.yaml, `blanks` what its sentence leaves open.
    """

    def __init__(self, reason: str, /, **blanks: object) -> None:
        told = ", ".join(f"{name}={value}" for name, value in blanks.items())
        super().__init__(f"store: {reason}: {told}" if told else f"store: {reason}")
        self.reason, self.blanks = reason, blanks


class StoreBusyError(StoreError):
    """Another process holds DATA_DIR; `pid` is None when it left no readable note."""

    def __init__(self, pid: int | None = None, host: str = "", since: datetime | None = None) -> None:
        if pid is None or since is None:
            super().__init__("busy_unknown")
        else:
            super().__init__("busy", pid=pid, host=host, since=since)
        self.pid, self.host, self.since = pid, host, since
