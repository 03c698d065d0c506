"""What outsiders ask of the log: entries, the head, proofs. Knows memory and records; knows no HTTP.

Heads and proofs come from memory, and so do the newest entries; older ones are read, a few readers at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.records.port import Records
from seawall.records.truth_entries import LogFrom, LogRow
from seawall.safeguards.public_log import LogStanding, PublicLog
from seawall.values.refusal import Reason, Refusal

PAGE = 100
"""Entries at once; a page of the longest ones is three megabytes."""

# Whoever floods this reads what is in memory; of readers behind it there are fewer than the records have.
_READERS = 2
_BUSY = Refusal(Reason.NO_ROOM, "Many read the log's older entries at the moment. Try again shortly.", 2.0)
_NO_ENTRY = Refusal(Reason.NOT_FOUND, "The log has no such entry, or was never of that size.")
_EMPTY = Refusal(Reason.NOT_FOUND, "The log has no signed head yet.")


@dataclass(frozen=True, slots=True)
class Proof:
    """``hashes`` lead to the root under ``note``, which is the newest signed head where its size is the asked one."""

    hashes: tuple[bytes, ...]
    root: bytes
    size: int
    leaf_hash: bytes = b""
    first_root: bytes = b""


class LogReader:
    """For everybody. Nothing that is not under a signed head is told."""

    def __init__(self, log: PublicLog, records: Records) -> None:
        self._log = log
        self._records = records
        self._reading = 0

    def standing(self) -> LogStanding:
        return self._log.standing()

    def root(self) -> bytes:
        """The root that the newest head is over."""
        return self._log.book.audit.tree.root(self._log.standing().size)

    async def entries(self, position: int | None, limit: int) -> Sequence[LogRow] | Refusal:
        """From there on, or the newest; ``PAGE`` at most. Raises RecordsUnavailable."""
        size, limit = self._log.standing().size, min(limit, PAGE)
        position = max(0, size - limit) if position is None else position
        limit = min(limit, size - position)
        if limit <= 0:
            return ()
        recent = self._log.book.recent(position, limit)
        if recent is not None:
            return recent
        if self._reading >= _READERS:
            return _BUSY
        self._reading += 1
        try:
            return await self._records.read(LogFrom(position, limit))
        finally:
            self._reading -= 1

    def inclusion(self, position: int, size: int | None) -> Proof | Refusal:
        """That the entry is in the log of that size; of the newest head's without one."""
        tree, known = self._log.book.audit.tree, self._known(size)
        if not isinstance(known, int):
            return known
        try:
            hashes = tree.inclusion(position, known)
        except ValueError:
            return _NO_ENTRY
        return Proof(tuple(hashes), tree.root(known), known, leaf_hash=tree.leaf(position))

    def consistency(self, first: int, second: int | None) -> Proof | Refusal:
        """That the log of the first size begins the one of the second."""
        tree, known = self._log.book.audit.tree, self._known(second)
        if not isinstance(known, int):
            return known
        try:
            hashes = tree.consistency(first, known)
        except ValueError:
            return _NO_ENTRY
        return Proof(tuple(hashes), tree.root(known), known, first_root=tree.root(first))

    def _known(self, asked: int | None) -> int | Refusal:
        """A size that is under a signed head, or the newest one's."""
        newest = self._log.standing().size
        if not newest:
            return _EMPTY
        if asked is None:
            return newest
        return asked if asked <= newest else _NO_ENTRY
