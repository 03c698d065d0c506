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

# Entries are kept in the order in which they come, and one that waited beside another process's is a little older.
TURNED_BACK_S = 60.0
MOST_TURNED_BACK = 1_000


@dataclass(frozen=True, slots=True)
class LogFault:
    """The first entry that is wrong, counted from 0, and how, in English and in Chinese."""

    position: int
    what: str
    what_zh: str

    def __str__(self) -> str:
        return f"entry {self.position}: {self.what}"

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return f"第 {self.position} 条：{self.what_zh}"


@dataclass(frozen=True, slots=True)
class TurnedBack:
    """An entry that says an earlier time than one before it, and by how much."""

    position: int
    by_s: float


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
        self.turned_back: list[TurnedBack] = []
        """Where times go back, by their first ones: order is proved, times are the clock's word."""
        self._newest_s = float("-inf")
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
            what, zh = f"the last one is over {signed} entries", f"最后一份签名只覆盖前 {signed} 条"
            self.fault = LogFault(signed, f"no signed head covers it; {what}", f"没有签名覆盖它；{zh}")
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
            there = row.position
            return LogFault(position, f"it is missing; the next one there is {there}", f"缺失；下一条是第 {there} 条")
        leaf = leaf_hash(row.entry.encode("utf-8", "surrogatepass"))
        if leaf.hex() != row.leaf_hash:
            return LogFault(position, "its text is not the one that was hashed", "内容与当初的哈希不符")
        try:
            entry = entry_of(row.entry)
            if (entry.kind, entry.at_s) != (row.kind, row.at_s):
                what = "its kind or time beside the text is not the one in it"
                return LogFault(position, what, "旁注的类型或时间与内容不符")
            self._learn(entry, position)
            self._time(entry.at_s, position)
        except (BadEntry, BadNote) as error:
            return LogFault(position, str(error), "内容无法解读")
        self.tree.append(leaf)
        return None

    def _time(self, at_s: float, position: int) -> None:
        """No fault: a clock that jumped, forward and back or only back, does not unmake what was signed."""
        if at_s < self._newest_s - TURNED_BACK_S and len(self.turned_back) < MOST_TURNED_BACK:
            self.turned_back.append(TurnedBack(position, self._newest_s - at_s))
            self._newest_s = at_s  # Told once for each jump, and not for each entry behind it.
        self._newest_s = max(self._newest_s, at_s)

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
            what, zh = f"a head over {head.size} entries stands where none fits", f"多出一份覆盖 {head.size} 条的签名"
            return LogFault(first, what, zh)
        try:
            said = head_in(head.note)
        except BadNote as error:
            zh = f"覆盖 {head.size} 条的签名无法读取"
            return LogFault(first, f"the head over {head.size} entries cannot be read: {error}", zh)
        if said != Head(self.origin, head.size, self.tree.root()):
            return _not_signed_so(first, head.size)
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
        what = f"the head over {head.size} entries is not signed by a key that the log names"
        return LogFault(first, what, f"覆盖 {head.size} 条的签名不是由日志所列的密钥签署的")


def _not_signed_so(first: int, size: int) -> LogFault:
    """A head may be over several new entries: one of them is wrong, and their hashes do not say which."""
    if size - first == 1:
        return LogFault(first, "it is not what was signed", "内容与签名时不符")
    last = size - 1
    return LogFault(
        first, f"one of {first} to {last} is not what was signed", f"第 {first} 至 {last} 条中有一条与签名时不符"
    )
