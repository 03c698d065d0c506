"""A log in memory and a sealed report of it. Knows hashes and windows; knows no test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seawall.records.truth_entries import HeadRow, LogRow
from seawall.safeguards.log_entry import EntryKind, new_entry
from seawall.safeguards.merkle import Tree, leaf_hash
from seawall.safeguards.notes import Signer
from seawall.safeguards.report.material import About, Material
from seawall.safeguards.report.programs import page_program, verdict_program
from seawall.safeguards.report.sealing import Draft, draft_of, sealed
from seawall.safeguards.window_records import digest_of, record_text, verdict_told
from seawall.values.window import Cluster, Window
from seawall.verdict.classify import State, classify

NOON_S = 1_790_000_000.0
SERVED = {
    "classes": {"C1": {"complete": 9, "no_room": 1}, "C4": {"waiting_room": 400}},
    "elsewhere": {"unknown_key": 30},
    "gate": {"share": 77},
    "registered": {"asked": 10, "served": 9, "first_token_p50_s": 0.4, "first_token_p95_s": 1.5},
}


@dataclass
class SmallLog:
    """Of one key."""

    signer: Signer = field(default_factory=lambda: Signer("seawall.log/test", bytes(range(32))))
    tree: Tree = field(default_factory=Tree)
    rows: list[LogRow] = field(default_factory=list[LogRow])

    def __post_init__(self) -> None:
        self.append(EntryKind.KEY, {"verifier": str(self.signer.verifier)})

    def append(self, kind: str, facts: dict[str, Any], at_s: float = NOON_S) -> LogRow:
        entry = new_entry(at_s, kind, facts)
        leaf = leaf_hash(entry.text().encode())
        row = LogRow(len(self.rows), entry.at_s, entry.kind, entry.text(), leaf.hex())
        self.rows.append(row)
        self.tree.append(leaf)
        return row

    def head(self) -> HeadRow:
        return HeadRow(self.tree.size, NOON_S, self.signer.note(self.tree.size, self.tree.root()))


def a_window(number: int, *, hostile: bool) -> Window:
    """Ten seconds with a crowd of programs in it, or without."""
    people = Cluster("", {"headers": "browser", "files": "fetched"}, 40, 60, 900.0)
    programs = Cluster("203.0.0.0/16", {"headers": "program", "files": "no_page"}, 300, 3_000, 40_000.0, 1.0)
    clusters = (programs, people) if hostile else (people,)
    at_s = NOON_S + 10 * number
    return Window(at_s - 10, at_s, 3_060 if hostile else 60, 340 if hostile else 40, clusters=clusters)


def some_windows(count: int = 6) -> list[str]:
    """Texts of windows with the verdicts that follow from them; the later half is hostile."""
    state, texts = State(), list[str]()
    for number in range(1, count + 1):
        window = a_window(number, hostile=number > count // 2)
        before = state.told()
        state, verdict = classify(state, window)
        texts.append(record_text(number, window, verdict, before, SERVED))
    return texts


def a_material(log: SmallLog, texts: list[str], program: str = "", found_by: str = "") -> Material:
    """Of the whole log: a posture, and a verdict over all the windows; by these programs, or this one."""
    _, verdict = classify(State(), a_window(1, hostile=True))
    log.append(EntryKind.POSTURE, {"posture": "siege", "before": "normal", "why": "<script>alert(1)</script>"})
    program, found_by = program or page_program(), found_by or verdict_program()
    windows = {"first": 1, "last": len(texts), "sha256": digest_of(texts), "program": found_by}
    log.append(EntryKind.VERDICT, {**verdict_told(verdict), "windows": windows})
    about = About("seawall.log/test", NOON_S, NOON_S + 60, "5ab01f9c72de", NOON_S + 99, "0.1.0", program)
    return Material(about, {row.position: row.entry for row in log.rows}, tuple(texts))


def a_bundle(log: SmallLog, material: Material, draft: Draft | None = None) -> bytes:
    """Sealed in the log, with other entries before and after the seal's own."""
    draft = draft or draft_of(material, log.tree, log.head(), [str(log.signer.verifier)])
    log.append(EntryKind.BANNER, {"text": {"en": "Beside it.", "zh": ""}})
    row = log.append(EntryKind.REPORT, draft.facts(material))
    log.append(EntryKind.BANNER, {"text": {"en": "After it.", "zh": ""}})
    return sealed(draft, log.tree, row, log.head())
