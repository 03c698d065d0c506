"""What is kept of the askers seen last, as many as there is room for. Knows names and ages; knows no asker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """A bounded table. Whoever was not seen for longest is forgotten, and begins anew as ``fresh`` says."""

    def __init__(self, fresh: Callable[[], T], *, most: int) -> None:
        self._fresh = fresh
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, name: str) -> T:
        """What is kept of this one, who counts as seen now."""
        kept = self._kept.get(name)
        if kept is not None:
            self._kept.move_to_end(name)
            return kept
        if len(self._kept) >= self._most:
            self._kept.popitem(last=False)
        kept = self._kept[name] = self._fresh()
        return kept

    def known(self, name: str) -> T | None:
        """What is kept, without making anything of who is not known."""
        return self._kept.get(name)
