"""Checks a bundle without service or database, and finds its verdicts again. Knows hashes, proofs and replay.

What it can show: no byte was changed since the report was sealed; what it tells was in the log by then, word by word;
its verdicts follow from its windows, and its page from both. What it cannot show by itself: that this is the log that
everybody else saw. For that a head from the status page is held against it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.safeguards.log_entry import BadEntry, EntryKind, canonical, entry_of
from seawall.safeguards.merkle import includes, is_consistent, leaf_hash, root_of
from seawall.safeguards.notes import BadNote, Head, Verifier, head_in, verifier_of
from seawall.safeguards.report.bundle import BadBundle, unbundled
from seawall.safeguards.report.findings import findings
from seawall.safeguards.report.material import BadMaterial, Material, material_of
from seawall.safeguards.report.page import page
from seawall.safeguards.report.programs import page_program
from seawall.safeguards.report.replaying import Replayed, replayed
from seawall.safeguards.report.sealing import LEAVES, PAGE, PROOFS, REPORT, SEAL
from seawall.safeguards.window_records import BadWindow

__all__ = ["BadBundle", "Checked", "check", "held_against"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found to hold. ``head`` is the newest of the bundle's, ``drawn_anew`` None where another program
    drew the page, and otherwise than this one does.
    """

    material: Material
    verifiers: tuple[Verifier, ...]
    head: Head
    leaves: tuple[bytes, ...]
    replayed: Replayed
    drawn_anew: bool | None


def check(bundle: bytes) -> Checked:
    """Raises BadBundle for the first thing that does not hold."""
    try:
        files = unbundled(bundle)
        material = material_of(files)
        proofs, seal = _canonical(files, PROOFS), _canonical(files, SEAL)
        verifiers = _verifiers(material, proofs)
        drafted, head = _opened(str(proofs["note"]), verifiers), _opened(str(seal["note"]), verifiers)
        _require(drafted.origin == head.origin == material.about.origin, "The report is of another log than it says.")
        _entries(material, proofs["inclusion"], drafted)
        _seal(files, seal, drafted, head)
        leaves = _leaves(files[LEAVES], drafted)
        return Checked(material, verifiers, head, leaves, replayed(material), _drawn_anew(material, files))
    except (BadMaterial, BadWindow, BadNote, BadEntry) as error:
        raise BadBundle(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BadBundle(f"A file of it is missing or cannot be read ({error!r}).") from error


def held_against(checked: Checked, note: str, consistency: Sequence[str] | None) -> str | None:
    """Why the report is not of the log that this head was signed over; None where it is.

    ``consistency`` is the service's proof from the report's head to a newer one.
    """
    try:
        kept = _opened(note, checked.verifiers)
    except BadNote as error:
        return f"The head: {error}"
    ours = checked.head
    if kept.origin != ours.origin:
        return f"The head is of the log {kept.origin}, and the report of {ours.origin}."
    if kept.size > ours.size:
        if consistency is None:
            return (
                f"The head is newer than the report. Ask the service for /api/log/proof/consistency?first={ours.size}"
                f"&second={kept.size} and give its answer with --consistency."
            )
        path = [bytes.fromhex(one) for one in consistency]
        holds = is_consistent(ours.root, ours.size, kept.root, kept.size, path)
        return None if holds else "The head is of another log: this report's entries are not in it as they are here."
    if kept.size == ours.size:
        return None if kept.root == ours.root else "The head is of another log than this report."
    if kept.size > len(checked.leaves):
        return "The report has no hashes of entries that old: ask for a head of its own time or newer."
    holds = root_of(checked.leaves[: kept.size]) == kept.root
    return None if holds else "The log was rewritten between that head and this report."


def _canonical(files: Mapping[str, str], name: str) -> dict[str, Any]:
    told = json.loads(files[name])
    _require(canonical(told) + "\n" == files[name], f"{name} is not spelt as a report spells it.")
    return told


def _verifiers(material: Material, proofs: Mapping[str, Any]) -> tuple[Verifier, ...]:
    """The keys that the log itself names, whose entries are in the report."""
    keys = [str(entry.facts.get("verifier")) for _, entry in material.told() if entry.kind == EntryKind.KEY]
    _require(bool(keys) and keys == proofs["verifiers"], "The keys are not those that the log names.")
    return tuple(map(verifier_of, keys))


def _opened(note: str, verifiers: Sequence[Verifier]) -> Head:
    for verifier in reversed(verifiers):
        try:
            return verifier.open(note)
        except BadNote:
            continue
    head_in(note)
    raise BadNote("It is not signed by a key that the log names.")


def _entries(material: Material, inclusion: Mapping[str, Sequence[str]], head: Head) -> None:
    _require(set(inclusion) == {str(position) for position in material.entries}, "Proofs are missing or too many.")
    for position, text in material.entries.items():
        path = [bytes.fromhex(one) for one in inclusion[str(position)]]
        holds = includes(head.root, head.size, position, leaf_hash(text.encode()), path)
        _require(holds, f"Entry {position} is not in the log as it is told here.")


def _seal(files: Mapping[str, str], seal: Mapping[str, Any], drafted: Head, head: Head) -> None:
    text, position = str(seal["entry"]), int(seal["position"])
    path = [bytes.fromhex(one) for one in seal["inclusion"]]
    _require(includes(head.root, head.size, position, leaf_hash(text.encode()), path), "The seal is not in the log.")
    entry = entry_of(text)
    _require(entry.kind == EntryKind.REPORT, "The seal is an entry of another kind.")
    sums = {name: hashlib.sha256(file.encode()).hexdigest() for name, file in files.items() if name != SEAL}
    for name in sums.keys() | dict(entry.facts["files"]).keys():
        _require(sums.get(name) == entry.facts["files"].get(name), f"{name} was changed after the report was sealed.")
    consistency = [bytes.fromhex(one) for one in seal["consistency"]]
    holds = is_consistent(drafted.root, drafted.size, head.root, head.size, consistency)
    _require(holds, "The log was rewritten before the report was sealed.")


def _leaves(text: str, head: Head) -> tuple[bytes, ...]:
    leaves = tuple(bytes.fromhex(line) for line in text.splitlines())
    if leaves:
        _require(
            len(leaves) == head.size and root_of(leaves) == head.root, f"{LEAVES} is not of the log that was signed."
        )
    return leaves


def _drawn_anew(material: Material, files: Mapping[str, str]) -> bool | None:
    """The page and the findings follow from the rest: whoever sealed others has drawn what the log does not tell."""
    found, otherwise = findings(material), material.about.program != page_program()
    for name, text in ((REPORT, canonical(found) + "\n"), (PAGE, page(found))):
        if text == files.get(name):
            continue
        if otherwise:
            return None
        raise BadBundle(f"{name} does not follow from the entries and windows.")
    return True


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BadBundle(otherwise)
