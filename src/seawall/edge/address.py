"""Whose address a request has, and in which networks it lies. Knows trusted proxies; believes nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Networks = Sequence[IPv4Network | IPv6Network]
Headers = Iterable[tuple[bytes, bytes]]


class AddressResolver:
    """Resolves addresses through the proxies in ``trusted``.

    ``X-Forwarded-For`` is read from the right: the nearest hop was written by the proxy that we trust, what stands
    left of the first untrusted hop is the client's own claim.
    """

    def __init__(self, trusted: Networks) -> None:
        self._trusted = tuple(trusted)

    def trusts(self, address: str) -> bool:
        """True when ``address`` is one of the trusted proxies'."""
        if not self._trusted:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)

    def client(self, peer: str, headers: Headers) -> tuple[str, str | None]:
        """The client's address, and the scheme it used where a trusted proxy tells."""
        if not self.trusts(peer):
            return peer, None
        hops: list[str] = []
        scheme = None
        for name, value in headers:
            if name == b"x-forwarded-for":
                hops.extend(hop.strip() for hop in value.decode("latin-1").split(","))
            elif name == b"x-forwarded-proto" and value in (b"http", b"https"):
                scheme = value.decode()
        address = peer
        for hop in reversed(hops):
            try:
                address = plain(ip_address(_without_port(hop)))
            except ValueError:
                break
            if not self.trusts(address):
                break
        return address, scheme


def plain(address: IPv4Address | IPv6Address) -> str:
    """In text, an IPv4 address that a socket of both families wrote as ``::ffff:192.0.2.1`` as what it is: networks in
    settings and lists are IPv4's.
    """
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _without_port(hop: str) -> str:
    """Azure's gateway and IIS write the port too. Taken for no address, all their clients would be one network's."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


# Bounded: an attacker chooses what is looked up here.
@lru_cache(maxsize=4_096)
def networks_of(address: str) -> tuple[str, str]:
    """Names of the /24 and /16, or /64 and /48, that hold the address; what is no address stands for itself.

    Other than ``values.network`` this costs half a microsecond for an IPv4 address seen for the first time.
    """
    if ":" not in address:
        household, _, _ = address.rpartition(".")
        return household or address, household.rpartition(".")[0] or address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address, address
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        return networks_of(str(mapped))
    return f"{int(parsed) >> 64:x}::", f"{int(parsed) >> 80:x}::"
