"""An audit names the first entry that is wrong, whatever was done to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from seawall.records.truth_entries import HeadRow, LogRow
from seawall.safeguards.audit import Audit
from seawall.safeguards.log_entry import EntryKind, LogEntry, new_entry
from seawall.safeguards.merkle import Tree, leaf_hash
from seawall.safeguards.notes import Signer

SIGNER = Signer("seawall.log/test", bytes(range(32)))

Rows = list[LogRow]
Heads = list[HeadRow]


def a_row(position: int, entry: LogEntry) -> LogRow:
    return LogRow(position, entry.at_s, entry.kind, entry.text(), leaf_hash(entry.text().encode()).hex())


def a_log(size: int = 10, every: int = 1, times: Mapping[int, float] = {}) -> tuple[Rows, Heads]:
    """A sound log whose heads come after so many entries each; ``times`` by position, where they are not even."""
    entries = [new_entry(1.0, EntryKind.KEY, {"verifier": str(SIGNER.verifier)})]
    entries += [
        new_entry(times.get(number, float(number)), EntryKind.POSTURE, {"posture": "siege"})
        for number in range(1, size)
    ]
    rows, heads, tree = [a_row(number, entry) for number, entry in enumerate(entries)], Heads(), Tree()
    for row in rows:
        tree.append(bytes.fromhex(row.leaf_hash))
        if tree.size % every == 0 or tree.size == size:
            heads.append(HeadRow(tree.size, 1.0, SIGNER.note(tree.size, tree.root())))
    return rows, heads


def audited(rows: Rows, heads: Heads, page: int = 3, *, every_signature: bool = True) -> Audit:
    audit = Audit(every_signature=every_signature)
    for first in range(0, max(len(rows), 1), page):
        some = rows[first : first + page]
        audit.take(some, [head for head in heads if first < head.size <= first + len(some)])
    audit.finish()
    return audit


def of(rows: Rows, position: int, **changed: object) -> None:
    rows[position] = replace(rows[position], **changed)  # type: ignore[arg-type]


def rewritten(rows: Rows, heads: Heads) -> None:
    of(rows, 5, entry=rows[5].entry.replace("siege", "normal"))


def rewritten_with_its_hash(rows: Rows, heads: Heads) -> None:
    rows[5] = a_row(5, new_entry(5.0, EntryKind.POSTURE, {"posture": "normal"}))


def another_kind(rows: Rows, heads: Heads) -> None:
    of(rows, 5, kind="banner")


def another_time(rows: Rows, heads: Heads) -> None:
    of(rows, 5, at_s=7.0)


def another_hash(rows: Rows, heads: Heads) -> None:
    of(rows, 5, leaf_hash="00" * 32)


def taken_out(rows: Rows, heads: Heads) -> None:
    del rows[5]


def swapped(rows: Rows, heads: Heads) -> None:
    rows[5], rows[6] = replace(rows[6], position=5), replace(rows[5], position=6)


def not_json(rows: Rows, heads: Heads) -> None:
    of(rows, 5, entry="{", leaf_hash=leaf_hash(b"{").hex())


def cut_heads(rows: Rows, heads: Heads) -> None:
    del heads[5:]


def unreadable_head(rows: Rows, heads: Heads) -> None:
    heads[5] = replace(heads[5], note="nothing")


def renamed_head(rows: Rows, heads: Heads) -> None:
    heads[5] = replace(heads[5], note=heads[5].note.replace("seawall", "another"))


def signed_by_another(rows: Rows, heads: Heads) -> None:
    forger = Signer("seawall.log/test", bytes(32))
    tree = Tree()
    for row in rows:
        tree.append(bytes.fromhex(row.leaf_hash))
    heads[5:] = [HeadRow(head.size, 1.0, forger.note(head.size, tree.root(head.size))) for head in heads[5:]]


EDITS = [
    (rewritten, "not the one that was hashed"),
    (rewritten_with_its_hash, "not what was signed"),
    (another_kind, "kind or time"),
    (another_time, "kind or time"),
    (another_hash, "not the one that was hashed"),
    (taken_out, "missing"),
    (swapped, "not what was signed"),
    (not_json, "cannot be read"),
    (cut_heads, "no signed head"),
    (unreadable_head, "cannot be read"),
    (renamed_head, "not what was signed"),
    (signed_by_another, "not signed by a key"),
]


@pytest.mark.parametrize("page", [1, 3, 100])
def test_a_sound_log_has_no_fault(page: int):
    rows, heads = a_log()

    audit = audited(rows, heads, page)

    assert (audit.fault, audit.tree.size, audit.origin) == (None, 10, "seawall.log/test")


@pytest.mark.parametrize(("edit", "what"), EDITS)
@pytest.mark.parametrize("page", [1, 3, 100])
def test_the_first_bad_entry_is_named(edit: Callable[[Rows, Heads], None], what: str, page: int):
    rows, heads = a_log()
    edit(rows, heads)

    fault = audited(rows, heads, page).fault

    assert fault is not None
    assert fault.position == 5
    assert what in fault.what
    assert re.search("[A-Za-z]", fault.zh) is None  # Readers of the Chinese page are told in Chinese alone.


def test_of_entries_under_one_head_those_are_named_among_which_the_bad_one_is():
    rows, heads = a_log(size=12, every=4)
    rewritten_with_its_hash(rows, heads)

    assert str(audited(rows, heads).fault) == "entry 4: one of 4 to 7 is not what was signed"


def test_without_every_signature_the_last_one_still_counts():
    rows, heads = a_log()
    signed_by_another(rows, heads)

    fault = audited(rows, heads, every_signature=False).fault

    assert fault is not None
    assert fault.position == 9


def test_a_log_that_does_not_begin_with_a_key_is_none():
    entry = new_entry(1.0, EntryKind.POSTURE, {})

    fault = audited([a_row(0, entry)], []).fault

    assert fault is not None
    assert "begins with the key" in fault.what


def test_a_key_under_another_logs_name_is_a_fault():
    rows, _ = a_log(size=1)
    other = Signer("seawall.log/other", bytes(32)).verifier
    rows.append(a_row(1, new_entry(1.0, EntryKind.KEY, {"verifier": str(other)})))

    fault = audited(rows, []).fault

    assert fault is not None
    assert (fault.position, "another log" in fault.what) == (1, True)


def test_a_clock_that_jumped_is_told_once_a_jump_and_is_no_fault():
    audit = audited(*a_log(8, times={2: 9_000.0, 3: 9_001.0, 4: 9_000.5, 5: 5.0, 6: 6.0, 7: 1e9}))
    assert audit.fault is None
    assert [(one.position, one.by_s) for one in audit.turned_back] == [(5, 8_996.0)]
