"""What the services ask of the records. Knows changes and queries as values; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from seawall.records.entries import Change, Query

T = TypeVar("T")


class RecordsError(Exception):
    """Base of all that the records raise. The message is a sentence for the operator."""


class RecordsUnavailable(RecordsError):
    """The database cannot be reached or written now (locked, gone, disk full): a 503, never a 401."""


class RecordsConflict(RecordsError):
    """The change contradicts what is there, such as a mail address that is taken. ``field`` names it."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class RecordsReport:
    """A snapshot without I/O. ``lag_s`` is the age of the oldest change not yet durable, 0 when none waits."""

    healthy: bool
    lag_s: float
    waiting: int
    commits: int
    changes: int
    trouble: str | None = None


class Records(Protocol):
    """Five verbs over one database."""

    async def start(self) -> None:
        """Opens the database and starts the recorder. Raises RecordsError with what to do."""
        ...

    async def write(self, change: Change[T]) -> T:
        """Returns once the change is durable on disk; changes that wait together share a commit.

        Raises:
            RecordsUnavailable: nothing of the change was kept.
            RecordsConflict: it contradicts what is there; nothing was kept.
        """
        ...

    async def read(self, query: Query[T]) -> T:
        """What was durable when the read began.

        Raises:
            RecordsUnavailable: the database does not answer.
            RecordsConflict: the query holds text that no record can hold (a NUL, half a surrogate pair).
        """
        ...

    def report(self) -> RecordsReport:
        """How it is, from memory."""
        ...

    async def close(self) -> None:
        """Makes what waits durable, then lets go. Idempotent."""
        ...
