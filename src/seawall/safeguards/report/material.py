"""What a report is made of, and the texts it is published as. Knows entries and windows; draws no conclusion.

Everything else in a report follows from these texts, so whoever has them can draw it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.safeguards.log_entry import BadEntry, LogEntry, canonical, entry_of
from seawall.safeguards.window_records import BadWindow, read

ENTRIES, WINDOWS, ABOUT = "entries.jsonl", "windows.jsonl", "about.json"


class BadMaterial(Exception):
    """The texts are not those of a report; the message says why."""


@dataclass(frozen=True, slots=True)
class About:
    """Of which log and time the report is, by what it was drawn; ``incident_id`` is empty for a time alone."""

    origin: str
    from_s: float
    to_s: float
    incident_id: str
    made_at_s: float
    seawall: str
    program: str

    def text(self) -> str:
        return canonical({name: getattr(self, name) for name in self.__slots__}) + "\n"


@dataclass(frozen=True, slots=True)
class Material:
    """``entries`` are texts by position in the log, ``windows`` texts in their order."""

    about: About
    entries: Mapping[int, str]
    windows: tuple[str, ...]

    def files(self) -> dict[str, str]:
        """By name, as they are published."""
        lines = (canonical({"position": at, "entry": text}) for at, text in sorted(self.entries.items()))
        return {ABOUT: self.about.text(), ENTRIES: _lines(lines), WINDOWS: _lines(self.windows)}

    def told(self) -> list[tuple[int, LogEntry]]:
        """The entries in their order. Raises BadMaterial."""
        try:
            return [(position, entry_of(text)) for position, text in sorted(self.entries.items())]
        except BadEntry as error:
            raise BadMaterial(f"An entry {error}.") from error

    def seen(self) -> list[dict[str, Any]]:
        """The windows in their order. Raises BadMaterial."""
        try:
            return [read(text) for text in self.windows]
        except BadWindow as error:
            raise BadMaterial(f"A window cannot be read: {error}") from error


def material_of(files: Mapping[str, str]) -> Material:
    """What was published. Raises BadMaterial."""
    try:
        about = About(**json.loads(files[ABOUT]))
        lines = [json.loads(line) for line in files[ENTRIES].splitlines()]
        entries = {int(line["position"]): str(line["entry"]) for line in lines}
        windows = tuple(files[WINDOWS].split("\n")[:-1])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadMaterial(f"The report's texts cannot be read ({error!r}).") from error
    material = Material(about, entries, windows)
    if any(files[name] != text for name, text in material.files().items()):
        raise BadMaterial("The report's texts are not spelt as a report spells them.")
    return material


def _lines(texts: Iterable[str]) -> str:
    return "".join(f"{text}\n" for text in texts)
