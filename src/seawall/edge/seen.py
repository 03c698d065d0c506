"""Who is told of each request as the gate sees it. Knows the port; nobody is let in or kept out by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Seen(Protocol):
    """Takes note in a few microseconds, and returns at once."""

    def request(self, address: str, path: str, headers: Mapping[bytes, bytes], *, known: bool) -> int:
        """A request is here. Returns a number for its asker, by which the rest is told."""
        ...

    def answered(self, number: int, path: str, status: int, retry_after_s: float | None = None) -> None:
        """How it was refused; of a sign-in and a registration also how it went."""
        ...

    def cut(self, address: str) -> None:
        """A connection from there was too slow and has been cut off."""
        ...


class Unseen:
    """Where nobody takes note."""

    def request(self, address: str, path: str, headers: Mapping[bytes, bytes], *, known: bool) -> int:
        return 0

    def answered(self, number: int, path: str, status: int, retry_after_s: float | None = None) -> None:
        pass

    def cut(self, address: str) -> None:
        pass
