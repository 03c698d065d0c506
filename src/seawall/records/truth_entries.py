"""What is kept for outsiders to check: the log, its signed heads, windows. Values only; knows no SQL and no hashing."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import Change, Query


@dataclass(frozen=True, slots=True)
class LogRow:
    """``entry`` is the text that is hashed; time and kind are in it too. ``leaf_hash`` is hexadecimal."""

    position: int
    at_s: float
    kind: str
    entry: str
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class HeadRow:
    """``note`` is the signed text over the first ``size`` entries."""

    size: int
    at_s: float
    note: str


@dataclass(frozen=True, slots=True)
class WindowRow:
    """``packed`` is the window with its verdict, deflated JSON."""

    number: int
    from_s: float
    to_s: float
    packed: bytes


@dataclass(frozen=True, slots=True)
class AppendToLog(Change[None]):
    """Entries and the head over them, all of it or nothing.

    Raises RecordsConflict("position") where the first of them is not the next one: another process has appended.
    """

    rows: tuple[LogRow, ...]
    head: HeadRow


@dataclass(frozen=True, slots=True)
class NameOperator(Change[int]):
    """Tells the number by which the log speaks of the account, given at the first asking and never to another."""

    account_id: str


@dataclass(frozen=True, slots=True)
class KeepWindow(Change[None]):
    """Raises RecordsConflict("id") where there is one of this number."""

    row: WindowRow

    @property
    def can_wait(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class PruneWindows(Change[int]):
    """Deletes windows of numbers below ``below``, but those that touch one of the ``spared`` times unless they are
    below ``far_below``. Tells how many.
    """

    below: int
    far_below: int
    spared: tuple[tuple[float, float], ...] = ()

    @property
    def can_wait(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class LogSize(Query[int]):
    """How many entries there are, by the last position."""


@dataclass(frozen=True, slots=True)
class LogFrom(Query[tuple[LogRow, ...]]):
    """Entries in their order, ``limit`` at most."""

    position: int
    limit: int


@dataclass(frozen=True, slots=True)
class HeadsWithin(Query[tuple[HeadRow, ...]]):
    """Heads over more than ``above`` and at most ``most`` entries, the smallest first."""

    above: int
    most: int


@dataclass(frozen=True, slots=True)
class LogDuring(Query[tuple[LogRow, ...]]):
    """Entries of a time, in the log's order, ``limit`` at most."""

    from_s: float
    to_s: float
    limit: int


@dataclass(frozen=True, slots=True)
class LastOfKind(Query[LogRow | None]):
    """The newest entry of a kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class WindowsNumbered(Query[tuple[WindowRow, ...]]):
    """Windows by number, both ends counted, in their order."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class WindowNumbers(Query[tuple[int, int] | None]):
    """The first and the last number of windows that touch a time; None where none does."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class LastWindow(Query[int]):
    """The newest window's number; 0 where there is none."""
