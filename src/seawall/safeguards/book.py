"""The log as it is kept: looked through, and appended to, by whichever process. Knows records; knows no queue.

Several processes may append: the service and a command. Each appends to the log as it knows it; who finds that another
was faster takes in what is new, which is looked through like everything else, and tries again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from secrets import token_hex

from seawall.records.port import Records, RecordsConflict
from seawall.records.truth_entries import AppendToLog, HeadRow, HeadsWithin, LogFrom, LogRow, LogSize
from seawall.safeguards.audit import Audit, LogFault
from seawall.safeguards.log_entry import EntryKind, LogEntry, new_entry
from seawall.safeguards.merkle import leaf_hash
from seawall.safeguards.notes import Signer

PAGE = 200
"""Entries that are read at once: four milliseconds of the loop's time."""

# What outsiders read is mostly the end of the log.
RECENT = 512


class LogBroken(Exception):
    """The log is not what was signed: nothing is appended to it. ``fault`` names the first bad entry."""

    def __init__(self, fault: LogFault) -> None:
        super().__init__(f"The public log is damaged: {fault}.")
        self.fault = fault


async def look_through(records: Records, audit: Audit) -> Audit:
    """Feeds the audit what is there behind what it has seen. Raises RecordsUnavailable."""
    while audit.fault is None:
        seen = audit.tree.size
        rows = await records.read(LogFrom(seen, PAGE))
        if rows:
            audit.take(rows, await records.read(HeadsWithin(seen, seen + len(rows))))
        if len(rows) < PAGE:
            audit.finish()
            break
    return audit


class LogBook:
    """One log over one set of records. ``seed`` is the signing key's, ``new_name`` makes a new log's name."""

    def __init__(
        self,
        records: Records,
        seed: bytes,
        *,
        unix_time: Callable[[], float],
        new_name: Callable[[], str] = lambda: f"seawall.log/{token_hex(8)}",
    ) -> None:
        self._records = records
        self._seed = seed
        self._unix_time = unix_time
        self._new_name = new_name
        self._name = ""
        self._introduced: LogEntry | None = None
        self._recent: deque[LogRow] = deque(maxlen=RECENT)
        self.audit = Audit(every_signature=False)

    @property
    def head(self) -> HeadRow | None:
        return self.audit.last_head

    def recent(self, position: int, limit: int) -> Sequence[LogRow] | None:
        """From memory; None where it does not reach back so far."""
        if not self._recent or position < self._recent[0].position:
            return None
        first = position - self._recent[0].position
        return [self._recent[at] for at in range(first, min(first + limit, len(self._recent)))]

    async def open(self) -> None:
        """Looks through all that is there. Raises LogBroken, RecordsUnavailable."""
        audit = await look_through(self._records, Audit(every_signature=False))
        if audit.fault is not None:  # Now it is worth to look at every signature: one before may be the first bad one.
            audit = await look_through(self._records, Audit())
        self.audit = audit
        await self._remember()
        self._require_sound()

    async def catch_up(self) -> None:
        """Takes in what other processes have appended. Raises LogBroken, RecordsUnavailable."""
        before = self.audit.tree.size
        await look_through(self._records, self.audit)
        if self.audit.tree.size > before:
            await self._remember()
        elif self.audit.fault is None and (there := await self._records.read(LogSize())) < before:
            self.audit.fault = LogFault(
                there,
                f"it is gone, with all behind it: {before} were signed (an old backup?)",
                f"它及其后的内容已丢失：曾签名 {before} 条（是否恢复了旧备份？）",
            )
        self._require_sound()

    async def append(self, entries: Sequence[LogEntry]) -> list[int]:
        """Keeps and signs them; tells their positions. Raises LogBroken, RecordsUnavailable.

        Where that is raised it may be that they were kept all the same: with the same entries, or more behind them, it
        can be called again, and none is there twice.
        """
        self._require_sound()
        left, positions = list(entries), list[int]()
        while left:
            rows, signer = self._rows(left)
            ours = len(rows) - len(left)  # The key's own entry, where there is one.
            try:
                head = await self._write(rows, signer)
            except RecordsConflict:
                await self.catch_up()
                kept = max(0, self._held(rows) - ours)
            else:
                self.audit.take_own(rows, head, signer.verifier)
                self._recent.extend(rows)
                kept = len(left)
            positions += [row.position for row in rows[ours : ours + kept]]
            left = left[kept:]
        return positions

    def _rows(self, entries: Sequence[LogEntry]) -> tuple[list[LogRow], Signer]:
        """The rows behind those that we know. A key that the log does not know yet goes before what it signs."""
        self._name = self.audit.origin or self._name or self._new_name()
        signer = Signer(self._name, self._seed)
        if not self.audit.verifiers or self.audit.verifiers[-1] != signer.verifier:
            entries = [self._introduction(signer), *entries]
        size = self.audit.tree.size
        return [_row(size + number, entry) for number, entry in enumerate(entries)], signer

    def _introduction(self, signer: Signer) -> LogEntry:
        """The entry that names the key; the same one at each try, so that it is known again where it was kept."""
        again = "another key than before: its file is not in the data folder any more"
        facts = {"verifier": str(signer.verifier), "why": again if self.audit.verifiers else "a new log"}
        if self._introduced is None or self._introduced.facts != facts:
            self._introduced = new_entry(self._unix_time(), EntryKind.KEY, facts)
        return self._introduced

    async def _write(self, rows: Sequence[LogRow], signer: Signer) -> HeadRow:
        tree = self.audit.tree
        size = tree.size
        for row in rows:
            tree.append(bytes.fromhex(row.leaf_hash))
        head = HeadRow(tree.size, self._unix_time(), signer.note(tree.size, tree.root()))
        tree.shrink(size)  # What waits to be kept is not part of the log yet, for whoever asks meanwhile.
        await self._records.write(AppendToLog(tuple(rows), head))
        return head

    def _held(self, rows: Sequence[LogRow]) -> int:
        """How many of the rows, from the first on, are where we meant to put them."""
        tree, held = self.audit.tree, 0
        for row in rows:
            if row.position >= tree.size or tree.leaf(row.position).hex() != row.leaf_hash:
                break
            held += 1
        return held

    async def _remember(self) -> None:
        size = self.audit.tree.size
        self._recent.clear()
        if self.audit.fault is None:
            self._recent.extend(await self._records.read(LogFrom(max(0, size - RECENT), RECENT)))

    def _require_sound(self) -> None:
        if self.audit.fault is not None:
            raise LogBroken(self.audit.fault)


def _row(position: int, entry: LogEntry) -> LogRow:
    text = entry.text()
    return LogRow(position, round(entry.at_s, 3), entry.kind, text, leaf_hash(text.encode()).hex())
