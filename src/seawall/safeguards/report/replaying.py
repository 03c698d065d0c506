"""Finds the verdicts of a report's windows again. Knows the verdict's pure function; trusts no verdict it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.safeguards.log_entry import EntryKind
from seawall.safeguards.report.findings import is_covered
from seawall.safeguards.report.material import BadMaterial, Material
from seawall.safeguards.report.programs import verdict_program
from seawall.safeguards.window_records import verdict_told
from seawall.values.window import window_of
from seawall.verdict.classify import State, classify, state_of


@dataclass(frozen=True, slots=True)
class Replayed:
    """``verdicts`` were found again, of ``windows``. ``missing`` are entries whose windows are not here any more;
    ``otherwise`` counts verdicts that another program found, and this one would not.
    """

    windows: int
    verdicts: int
    missing: tuple[int, ...]
    otherwise: int = 0


def replayed(material: Material) -> Replayed:
    """Raises BadMaterial for a window that no entry hashed, or a verdict that does not follow."""
    seen = material.seen()
    texts = dict(zip((int(one["number"]) for one in seen), material.windows, strict=True))
    programs: dict[int, str] = {}
    missing: list[int] = []
    for position, entry in material.told():
        if entry.kind != EntryKind.VERDICT:
            continue
        of = entry.facts["windows"]
        numbers = range(int(of["first"]), int(of["last"]) + 1)
        if is_covered(entry, texts):
            programs.update(dict.fromkeys(numbers, str(of["program"])))
        elif any(number in texts for number in numbers):
            raise BadMaterial(f"The windows of entry {position} are not those that the log has the hash of.")
        else:
            missing.append(position)
    unknown = texts.keys() - programs.keys()
    if unknown:
        raise BadMaterial(f"The log has no hash of window {min(unknown)}.")
    found = sum(_found_again(seen, programs))
    return Replayed(len(texts), found, tuple(missing), len(texts) - found)


def _found_again(seen: Sequence[Mapping[str, Any]], programs: Mapping[int, str]) -> Iterable[bool]:
    """Of each verdict; by the state before it, which must be the one that the window before it led to."""
    last, led_to = 0, State()
    for one in seen:
        number = int(one["number"])
        trouble, led_to = _trouble(one, led_to if number == last + 1 else None)
        if trouble and programs[number] == verdict_program():
            raise BadMaterial(f"{trouble} (window {number}).")
        last = number
        yield not trouble


def _trouble(one: Mapping[str, Any], led_to: State | None) -> tuple[str, State]:
    """Why the verdict is not what this program finds, and the state after the window."""
    try:
        before, window = state_of(one["before"]), window_of(one["window"])
    except ValueError as error:
        return str(error), State()
    after, verdict = classify(before, window)
    if led_to is not None and before not in (led_to, State()):
        return "A window does not begin with what the one before it led to", after
    if verdict_told(verdict) != one["verdict"]:
        return "A verdict does not follow from its window", after
    return "", after
