"""Where a request came from. Knows the connection's facts; knows nothing of who or what."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.values.arrival import Place

SCOPE_KEY = "seawall.caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """The gate's findings, left in the ASGI scope under ``SCOPE_KEY``.

    ``address`` and ``scheme`` are the client's, through trusted proxies where those speak; ``device_id`` is a signed
    cookie's; ``received_s`` is monotonic. ``is_local`` is True for a program on this machine that no proxy stands
    before.
    ``asker`` is the number by which the verdict's signals know who asks, and nobody else does.
    """

    request_id: str
    address: str
    scheme: str
    host: str
    received_s: float
    is_local: bool = False
    device_id: str | None = None
    asker: int = 0

    @property
    def place(self) -> Place:
        """As admission sees it."""
        return Place(self.address, self.device_id)
