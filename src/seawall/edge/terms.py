"""What every connection is served by. Knows the parts' names; acts on none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from seawall.edge.connections import Connections


@dataclass(frozen=True, slots=True)
class Terms:
    """What all connections share.

    ``trusts`` tells a trusted proxy's address. ``first_look`` gives, from a request's scope, the whole answer where it
    is refused at sight. ``api_headers`` are told on the API's answers, ``refused`` counts by the refusal's code.
    """

    connections: Connections
    trusts: Callable[[str], bool]
    first_look: Callable[..., bytes | None]
    header_bytes: int
    linger_s: float
    proxy_protocol: bool
    random: Random
    api_headers: Callable[[], list[tuple[bytes, bytes]]]
    refused: Callable[[str], object]
