"""A dictionary that forgets what was least recently used. Knows its bound; knows not what it holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """At most ``capacity`` entries, so that strangers cannot fill the memory by asking about many things."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The entry, which counts as used now."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keeps the entry; the least recently used one gives way where there is no room."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forgets the entry, if there is one."""
        self._entries.pop(key, None)

    def drop_where(self, condemned: Callable[[K, V], bool]) -> None:
        """Forgets every entry that is ``condemned``. Linear: for rare events."""
        for key in [key for key, value in self._entries.items() if condemned(key, value)]:
            del self._entries[key]

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()
