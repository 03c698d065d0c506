"""Where a request came from. Knows the connection's facts; knows nothing of who or what."""

from __future__ import annotations

from dataclasses import dataclass

SCOPE_KEY = "seawall.caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """The gate's findings, left in the ASGI scope under ``SCOPE_KEY``.

    ``address`` and ``scheme`` are the client's, through trusted proxies where those speak; ``received_s`` is
    monotonic. ``is_local`` is True for a program on this very machine that no proxy stands before.
    """

    request_id: str
    address: str
    scheme: str
    host: str
    received_s: float
    is_local: bool = False
