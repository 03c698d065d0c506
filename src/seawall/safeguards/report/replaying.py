"""Finds the verdicts of a report's windows again. Knows the verdict's pure function; trusts no verdict it is told."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.safeguards.log_entry import EntryKind
from seawall.safeguards.report.findings import is_covered
from seawall.safeguards.report.material import BadMaterial, Material
from seawall.safeguards.window_records import verdict_told
from seawall.values.window import window_of
from seawall.verdict.classify import State, classify, state_of


@dataclass(frozen=True, slots=True)
class Replayed:
    """``verdicts`` were found again, of ``windows``; ``missing`` are entries whose windows are not here any more."""

    windows: int
    verdicts: int
    missing: tuple[int, ...]


def replayed(material: Material) -> Replayed:
    """Raises BadMaterial for a window that no entry hashed, or a verdict that does not follow."""
    texts = dict(zip((int(one["number"]) for one in material.seen()), material.windows, strict=True))
    hashed: set[int] = set()
    missing: list[int] = []
    for position, entry in material.told():
        if entry.kind != EntryKind.VERDICT:
            continue
        of = entry.facts["windows"]
        numbers = range(int(of["first"]), int(of["last"]) + 1)
        if is_covered(entry, texts):
            hashed.update(numbers)
        elif any(number in texts for number in numbers):
            raise BadMaterial(f"The windows of entry {position} are not those that the log has the hash of.")
        else:
            missing.append(position)
    unknown = texts.keys() - hashed
    if unknown:
        raise BadMaterial(f"The log has no hash of window {min(unknown)}.")
    return Replayed(len(texts), _found_again(material), tuple(missing))


def _found_again(material: Material) -> int:
    """Each by the state before it, which must be the one that the window before it led to."""
    found, last, led_to = 0, -1, State()
    for one in material.seen():
        number = int(one["number"])
        try:
            before, window = state_of(one["before"]), window_of(one["window"])
        except ValueError as error:
            raise BadMaterial(f"Window {number}: {error}") from error
        if number == last + 1 and before != led_to and one["before"] != State().told():
            raise BadMaterial(f"Window {number} does not begin with what the one before it led to.")
        led_to, verdict = classify(before, window)
        if verdict_told(verdict) != one["verdict"]:
            raise BadMaterial(f"The verdict of window {number} does not follow from it.")
        found, last = found + 1, number
    return found
