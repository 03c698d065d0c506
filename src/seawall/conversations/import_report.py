"""What came of an import, for whoever tells it. Knows counts and sentences; knows no file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

# Of what is left out the first are told by name; a screen holds no more.
MOST_TOLD = 100


class Why(StrEnum):
    """Why something is left out, for whoever says it in words of their own."""

    HERE = "here"
    UNFIT = "unfit"
    FILE = "file"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not taken, and why, as a sentence."""

    title: str
    code: Why
    why: str


@dataclass(slots=True)
class Report:
    """``skipped`` counts all that was left out; ``left_out`` tells the first of it."""

    imported: int = 0
    folders: int = 0
    prompts: int = 0
    files: int = 0
    skipped: int = 0
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])

    @property
    def changed(self) -> bool:
        """Whether anything came in."""
        return bool(self.imported or self.folders or self.prompts)

    def leave_out(self, title: str, code: Why, why: str) -> None:
        """Notes one that is not taken."""
        self.skipped += 1
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append(LeftOut(title or "(untitled)", code, why))
