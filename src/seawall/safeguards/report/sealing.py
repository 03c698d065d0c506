"""Makes a report's files of its material and seals them in the log. Knows the order of it; keeps nothing.

A seal is an entry of the log with the hash of every file, and the proof that it is in the log: the one file that
cannot be in it, ``seal.json``, holds them. Its own words are bound by the log's signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.records.truth_entries import HeadRow, LogRow
from seawall.safeguards.log_entry import canonical
from seawall.safeguards.merkle import Tree
from seawall.safeguards.report.bundle import bundled
from seawall.safeguards.report.findings import findings
from seawall.safeguards.report.material import Material
from seawall.safeguards.report.page import page

PAGE, REPORT, PROOFS, LEAVES, SEAL = "index.html", "report.json", "proofs.json", "leaves.txt", "seal.json"
# With the hash of every entry a kept head of any size can be held against the report; of more entries than these it
# would be larger than the rest.
MOST_LEAVES = 100_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A report before its seal: its files, and how many entries the head was over that its proofs lead to."""

    files: Mapping[str, str]
    size: int

    def facts(self, material: Material) -> dict[str, Any]:
        """What the log is told."""
        about = material.about
        return {
            "from_s": about.from_s,
            "to_s": about.to_s,
            "incident_id": about.incident_id,
            "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in self.files.items()},
        }


def draft_of(material: Material, tree: Tree, head: HeadRow, verifiers: Sequence[str]) -> Draft:
    """All files but the seal. ``head`` is over all entries; the tree may have grown since. Raises BadMaterial."""
    found, size = findings(material), head.size
    proofs = {
        "note": head.note,
        "verifiers": list(verifiers),
        "inclusion": {
            str(position): [one.hex() for one in tree.inclusion(position, size)] for position in material.entries
        },
    }
    leaves = (f"{tree.leaf(position).hex()}\n" for position in range(size if size <= MOST_LEAVES else 0))
    return Draft(
        {
            PAGE: page(found),
            REPORT: canonical(found) + "\n",
            **material.files(),
            PROOFS: canonical(proofs) + "\n",
            LEAVES: "".join(leaves),
        },
        size,
    )


def sealed(draft: Draft, tree: Tree, row: LogRow, head: HeadRow) -> bytes:
    """The bundle. ``row`` is the seal's entry in the log, ``head`` a newer one that is over it."""
    seal = {
        "position": row.position,
        "entry": row.entry,
        "note": head.note,
        "inclusion": [one.hex() for one in tree.inclusion(row.position, head.size)],
        "consistency": [one.hex() for one in tree.consistency(draft.size, head.size)],
    }
    return bundled({**draft.files, SEAL: canonical(seal) + "\n"})
