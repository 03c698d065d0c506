"""The transport as an answer sees it: all is the real one's, but how it is closed is ours. Knows no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Ending(asyncio.Transport):
    """``end`` stands in for closing. Made for who is let in alone: most of a flood's connections need none."""

    def __init__(self, transport: asyncio.Transport, end: Callable[[], None]) -> None:
        super().__init__()
        # Handed over and not forwarded: a token costs one of each.
        self.write = transport.write  # type: ignore[method-assign]
        self.is_closing = transport.is_closing  # type: ignore[method-assign]
        self.close = end  # type: ignore[method-assign]

    def release(self) -> None:
        """The connection is lost: with nothing that points back to it, it is freed at once, and not by a long
        collection.
        """
        self.close = _nothing  # type: ignore[method-assign]


def _nothing() -> None:
    """How that is closed which is closed already."""
