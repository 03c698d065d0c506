"""The operator's word on the entrance: how fast, in which order, or shut, for a time. Knows its end; lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Order = Literal["in_order", "by_lot"]


@dataclass(frozen=True, slots=True)
class EntranceWish:
    """What is None is left to the settings and the posture. ``until_unix_s`` None has no end but the service's own."""

    shut: bool = False
    signups_per_min: float | None = None
    passes_per_min: float | None = None
    order: Order | None = None
    until_unix_s: float | None = None
    by: str = ""


_NOTHING = EntranceWish()


class EntranceWord:
    """In memory; whoever takes it from operators keeps it over a restart."""

    def __init__(self, *, unix_time: Callable[[], float]) -> None:
        self._unix_time = unix_time
        self._said: EntranceWish | None = None

    def say(self, wish: EntranceWish | None) -> None:
        """Holds from now on; None gives the entrance back."""
        self._said = wish

    @property
    def stands(self) -> bool:
        """Whether there is one."""
        return self.now is not _NOTHING

    @property
    def now(self) -> EntranceWish:
        """What holds; one that says nothing where nothing was said, or its time is over."""
        said = self._said
        if said is None or (said.until_unix_s is not None and said.until_unix_s <= self._unix_time()):
            self._said = None
            return _NOTHING
        return said
