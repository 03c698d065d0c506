"""Networks as limits and homes count them. Knows prefixes; asks nothing."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

# A household changes its address freely within a /64; a provider hands a customer a /48 or a part of one.
HOUSEHOLD_V6 = 64
SITE_V6 = 48
V4 = 24
# Bounded, as an attacker chooses the addresses: who is here now, 300 bytes each. A miss costs ten microseconds.
_REMEMBERED = 4_096


@lru_cache(maxsize=_REMEMBERED)
def network_of(address: str) -> str:
    """The /24 of an IPv4 or the /64 of an IPv6 address; what is no address stands for itself."""
    return _prefix(address, HOUSEHOLD_V6)


@lru_cache(maxsize=_REMEMBERED)
def site_of(address: str) -> str:
    """The /24 of an IPv4 or the /48 of an IPv6 address: what homes and the fair queue count by."""
    return _prefix(address, SITE_V6)


def as_published(network: str) -> str:
    """The network as everybody may read it: a /24 or a /48 at the narrowest, as less is somebody's own."""
    try:
        read = ip_network(network, strict=False)
    except ValueError:
        return network
    widest = SITE_V6 if read.version == 6 else V4
    return str(read if read.prefixlen <= widest else read.supernet(new_prefix=widest))


def _prefix(address: str, v6: int) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ip_network((int(ip), v6), strict=False))
        ip = ip.ipv4_mapped
    return str(ip_network((int(ip), V4), strict=False))
