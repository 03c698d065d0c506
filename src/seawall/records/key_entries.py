"""What is changed of a key after it was made. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import Change


@dataclass(frozen=True, slots=True)
class ChangeKey(Change[bool]):
    """Sets name and grant anew. False when the account has no such live key."""

    key_id: str
    account_id: str
    name: str
    scopes: str
    models: str
    expires_s: float | None


@dataclass(frozen=True, slots=True)
class NoteKeyUses(Change[None]):
    """When keys were used last, by their ids; without effect on keys that are not there."""

    uses: tuple[tuple[str, float], ...]

    @property
    def can_wait(self) -> bool:
        return True
