"""Looks through a log entry by entry and names the first that is wrong. Knows rows and heads; knows no database.

The log is fed to it from the first entry on, in pages of any size. Whatever it was told up to a fault stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seawall.records.truth_entries import HeadRow, LogRow
from seawall.safeguards.log_entry import BadEntry, EntryKind, LogEntry, entry_of
from seawall.safeguards.merkle import Tree, leaf_hash
from seawall.safeguards.notes import BadNote, Head, Verifier, head_in, verifier_of


@dataclass(frozen=True, slots=True)
class LogFault:
    """The first entry that is wrong, counted from 0, and how."""

    position: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.position}: {self.what}"


class Audit:
    """States: *sound* so far, or at its fault, behind which nothing is looked at.

    Without ``every_signature`` only the last head's is looked at: one costs as much as sixty hashes.
    """

    def __init__(self, *, every_signature: bool = True) -> None:
        self.tree = Tree()
        self.verifiers: list[Verifier] = []
        """The keys that the log names, the newest last."""
        self.key_positions: list[int] = []
        self.last_head: HeadRow | None = None
        self.fault: LogFault | None = None
        self._every_signature = every_signature

    @property
    def origin(self) -> str:
        """The log's name; empty before its first entry."""
        return self.verifiers[0].name if self.verifiers else ""

    def take(self, rows: Sequence[LogRow], heads: Iterable[HeadRow]) -> LogFault | None:
        """The next entries, and the heads over as many as there are with them. Tells the first fault."""
        waiting = iter(heads)
        head = next(waiting, None)
        for row in rows:
            if self.fault is None:
                self.fault = self._take(row)
            while self.fault is None and head is not None and head.size <= self.tree.size:
                self.fault = self._look_at(head)
                head = next(waiting, None)
        return self.fault

    def finish(self) -> LogFault | None:
        """Once all was taken: every entry must be under a signed head, and the last one be signed as it says."""
        signed = 0 if self.last_head is None else self.last_head.size
        if self.fault is None and signed != self.tree.size:
            self.fault = LogFault(signed, f"no signed head covers it; the last one is over {signed} entries")
        if self.fault is None and self.last_head is not None and not self._every_signature:
            self.fault = self._signed(self.last_head)
        return self.fault

    def take_own(self, rows: Sequence[LogRow], head: HeadRow, verifier: Verifier) -> None:
        """What we have just signed and kept ourselves, which needs no second look."""
        for row in rows:
            self.tree.append(bytes.fromhex(row.leaf_hash))
            if row.kind == EntryKind.KEY:
                self.key_positions.append(row.position)
        if verifier not in self.verifiers:
            self.verifiers.append(verifier)
        self.last_head = head

    def _take(self, row: LogRow) -> LogFault | None:
        position = self.tree.size
        if row.position != position:
            return LogFault(position, f"it is missing; the next one there is {row.position}")
        leaf = leaf_hash(row.entry.encode("utf-8", "surrogatepass"))
        if leaf.hex() != row.leaf_hash:
            return LogFault(position, "its text is not the one that was hashed")
        try:
            entry = entry_of(row.entry)
            if (entry.kind, entry.at_s) != (row.kind, row.at_s):
                return LogFault(position, "its kind or time beside the text is not the one in it")
            self._learn(entry, position)
        except (BadEntry, BadNote) as error:
            return LogFault(position, str(error))
        self.tree.append(leaf)
        return None

    def _learn(self, entry: LogEntry, position: int) -> None:
        if entry.kind != EntryKind.KEY:
            if position == 0:
                raise BadEntry("a log begins with the key that signs it, and this is something else")
            return
        verifier = verifier_of(str(entry.facts.get("verifier")))
        if self.verifiers and verifier.name != self.origin:
            raise BadEntry(f"it names a key of {verifier.name}, which is another log")
        self.verifiers.append(verifier)
        self.key_positions.append(position)

    def _look_at(self, head: HeadRow) -> LogFault | None:
        first = 0 if self.last_head is None else self.last_head.size
        if head.size != self.tree.size:  # Two heads of one size have one key in the table, so it is a gap before us.
            return LogFault(first, f"a head over {head.size} entries stands where none fits")
        try:
            said = head_in(head.note)
        except BadNote as error:
            return LogFault(first, f"the head over {head.size} entries cannot be read: {error}")
        if said != Head(self.origin, head.size, self.tree.root()):
            return LogFault(first, _several(first, head.size, "is not what was signed"))
        self.last_head = head
        if not self._every_signature:
            return None
        return self._signed(head, first)

    def _signed(self, head: HeadRow, first: int | None = None) -> LogFault | None:
        for verifier in reversed(self.verifiers):
            try:
                verifier.open(head.note)
            except BadNote:
                continue
            return None
        first = head.size - 1 if first is None else first
        return LogFault(first, f"the head over {head.size} entries is not signed by a key that the log names")


def _several(first: int, size: int, what: str) -> str:
    """A head may be over several new entries: one of them is wrong, and their hashes do not say which."""
    return f"it {what}" if size - first == 1 else f"one of {first} to {size - 1} {what}"
