"""The edge's settings: deadlines, caps and buckets before anything is parsed. Acts on none of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from seawall.settings.section import Section


class EdgeSettings(Section):
    """Settings of connections and of the gate."""

    # Connections.
    header_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """How long a request's headers may take to come, the first one's from the connection's opening on. HAProxy's manual
    advises 10 s for its `timeout http-request`: a browser on the worst line needs 3.
    """
    header_bytes: Annotated[int, Field(ge=1024, le=1024 * 1024)] = 32_768
    """The largest request line with headers; nginx takes as much (4 buffers of 8 KiB)."""
    body_idle_s: Annotated[float, Field(gt=0, le=600)] = 15.0
    """A body of which no byte comes for so long is given up. Longer than a phone needs to change its network."""
    body_grace_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """How long a body may take at any rate; Apache's mod_reqtimeout has the same (`body=20,MinRate=500`)."""
    body_rate_bytes: Annotated[float, Field(gt=0)] = 500.0
    """Beyond `body_grace_s`, each second is bought with so many bytes; mod_reqtimeout's figure. Who is slow but honest
    gets through.
    """
    body_s: Annotated[float, Field(gt=0, le=86_400)] = 300.0
    """The longest a body may take in all, at any rate: `limits.body_bytes` at 3.5 kB/s."""
    send_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """A client that takes nothing of its answer for so long is cut off, and what it holds is freed. Half of nginx's
    `send_timeout`, as here it holds a slot of the engine.
    """
    keep_alive_s: Annotated[float, Field(gt=0, le=3600)] = 75.0
    """How long a connection may stay unused; nginx's figure. Longer than the 60 s after which nginx closes its own
    unused connections to us, so that a request never meets one that is just being closed.
    """
    linger_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """After a last answer, what the client still sends is read and forgotten for so long: closing at once would reset
    the connection and take the answer along. Learned from nginx's `lingering_close`.
    """
    connections_per_stranger_network: Annotated[int, Field(ge=1, le=1_000_000)] = 256
    """Open connections of one network (/24, /64) that have shown no valid key or session. At this number the one that
    has waited longest makes room for the next. A browser holds 6.
    """
    connections_per_network: Annotated[int, Field(ge=1, le=1_000_000)] = 4096
    """Open connections of one network in all. Whoever has shown a valid key or session never makes room, so that
    this bounds what one key's owner can hold. Trusted proxies have no bound.
    """
    proxy_protocol: bool = False
    """Whether connections from `trusted_proxies` begin with a PROXY protocol header, version 1 or 2 (HAProxy's
    `send-proxy`, `send-proxy-v2`). Then those without one are closed; from all others none is taken.
    """

    # The gate.
    stranger_rate: Annotated[float, Field(gt=0, le=1_000_000)] = 200.0
    """Units a second that the strangers of one network (/24, /64) may ask; a /16 or /48 has 32 times as much. A file of
    the web app is 0.2 units, what a sign-in needs 1, any other call 5, and each of the three has a share of its own. So
    40 calls a second, at most 2 % of a core. Whoever shows a valid key or session is never counted.
    """
    stranger_burst: Annotated[float, Field(gt=0, le=10_000_000)] = 2000.0
    """Units at once before that rate holds: a lecture hall opens the page in the same minute."""
    unproven_rate: Annotated[float, Field(gt=0, le=1_000_000)] = 1000.0
    """Keys a second of one network that are well-formed and not known yet, before they are refused unseen. High, as the
    look-ups are bundled: up to here a valid one among invented ones gets in at once.
    """
    memory_mib: Annotated[int, Field(ge=0, le=1_048_576)] = 0
    """The memory against which self-defence measures the process; 0 is the container's bound, else the machine's."""
