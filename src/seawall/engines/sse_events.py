"""Splits a byte stream into server-sent events. Knows the SSE framing; knows nothing of what the events say."""

from __future__ import annotations


class EventTooLarge(Exception):
    """One event exceeds the bound; whoever sent it does not speak this protocol, or means harm."""


class EventSplitter:
    """Feed it bytes as they come, cut anywhere; it returns the data of each event that is complete.

    The common event, one ``data: `` line that ends in two newlines, is cut out without looking at its bytes twice: this
    runs once a token for every answer of the service.
    """

    __slots__ = ("_limit_bytes", "_rest")

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._rest = b""

    def feed(self, block: bytes) -> list[bytes]:
        """The data of the events that ``block`` completes; comments and events without data are dropped.

        Raises:
            EventTooLarge: an event goes on past the limit.
        """
        block = self._rest + block if self._rest else block
        if b"\r" in block:
            block = self._unified(block)
        events = block.split(b"\n\n")
        self._rest = events.pop()
        if len(self._rest) > self._limit_bytes:
            raise EventTooLarge
        found: list[bytes] = []
        for event in events:
            if event.startswith(b"data: ") and b"\n" not in event:
                found.append(event[6:])
            elif (data := _data_of(event)) is not None:
                found.append(data)
        return found

    def _unified(self, block: bytes) -> bytes:
        """CR LF and lone CR as LF. A CR at the very end may be half of a pair and stays as it is until more comes."""
        if block.endswith(b"\r"):
            return block[:-1].replace(b"\r\n", b"\n").replace(b"\r", b"\n") + b"\r"
        return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _data_of(event: bytes) -> bytes | None:
    """The data lines of an uncommon event as one; None where it has none.

    The standard joins them by line breaks. They are JSON, which takes a space as well, and a break that is relayed
    in our own ``data:`` line would cut the client's event in two.
    """
    lines = [line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")]
    return b" ".join(lines) if lines else None
