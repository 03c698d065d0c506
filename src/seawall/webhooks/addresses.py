"""Which addresses are everybody's, and which lead into somebody's own network. Knows IP ranges; resolves nothing."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# Addresses of IPv6 that carry one of IPv4 in their last 32 bits: translators and tunnels lead on to it.
_CARRIERS = tuple(IPv6Network(one) for one in ("64:ff9b::/96", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96"))
_NEVER = tuple(IPv6Network(one) for one in ("64:ff9b:1::/48", "2001::/32", "fec0::/10"))


def is_public(address: str) -> bool:
    """Whether anybody on the internet could reach it as well; what is no address is not."""
    try:
        return _is_public(ip_address(address.partition("%")[0]))
    except ValueError:
        return False


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if any(address in network for network in _NEVER):
            return False
        if any(address in network for network in _CARRIERS):
            return _is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.sixtofour is not None:
            return _is_public(address.sixtofour)
    return address.is_global and not address.is_multicast and not address.is_reserved
