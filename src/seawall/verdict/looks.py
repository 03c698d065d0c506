"""What headers and addresses look like. Knows names, orders and languages; keeps no value of any header.

Which program speaks is told by which headers it sends in which order (Bursztein et al., "Picasso", 2016, and every
TLS fingerprint since, go further): browsers agree with themselves, tools seldom take the trouble.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from zlib import crc32

# Both are sent by every browser of the last years with every request for a page; tools send neither unless told to.
_BROWSERS_SEND = (b"accept-language", b"accept-encoding", b"user-agent")
_NAVIGATION = b"sec-fetch-mode"
# Fingerprints that are told apart; an attacker can invent as many as he likes, and then they are one.
MOST_FINGERPRINTS = 512
OTHER_FINGERPRINT = 0

# Hours east of Greenwich where most who read a language live. English and Spanish are spoken around the clock. This is
# a proxy and no more: no table of addresses is at hand offline, and one would be wrong for whoever hides behind it.
_HOURS_EAST: Mapping[bytes, float] = {
    b"zh": 8, b"ja": 9, b"ko": 9, b"vi": 7, b"th": 7, b"id": 7, b"hi": 5.5, b"ru": 3, b"tr": 3, b"uk": 2,
    b"de": 1, b"fr": 1, b"it": 1, b"pl": 1, b"nl": 1, b"sv": 1, b"cs": 1, b"pt": -3,
}  # fmt: skip
NIGHT_UNTIL, DAY_FROM = 6.0, 8.0


class Kind(Enum):
    """What a request is for."""

    PAGE = auto()
    FILE = auto()
    BOOT = auto()
    """What the page's own script asks before anything can be seen."""
    CALL = auto()
    ASK = auto()
    SIGN_IN = auto()
    SIGN_UP = auto()
    PUZZLE = auto()
    OTHER = auto()


_BY_PATH: Mapping[str, Kind] = {
    "/api/bootstrap": Kind.BOOT,
    "/api/auth/me": Kind.BOOT,
    "/api/entrance/challenge": Kind.PUZZLE,
    "/api/auth/login": Kind.SIGN_IN,
    "/api/auth/signup": Kind.SIGN_UP,
    "/v1/chat/completions": Kind.ASK,
    "/v1/messages": Kind.ASK,
    "/v1/responses": Kind.ASK,
    "/v1/embeddings": Kind.ASK,
    "/api/chat": Kind.ASK,
}
_BY_PREFIX: tuple[tuple[str, Kind], ...] = (
    ("/static/", Kind.FILE),
    ("/api/", Kind.CALL),
    ("/v1/", Kind.CALL),
    ("/c/", Kind.PAGE),
    ("/s/", Kind.PAGE),
)
_PAGES = frozenset({"/", "/login", "/signup", "/guest", "/settings", "/operator", "/status", "/forgot", "/verify"})
# What people do, at the pace of people; the rest is done by the page for them.
ACTS = frozenset({Kind.PAGE, Kind.ASK, Kind.SIGN_IN, Kind.SIGN_UP, Kind.OTHER})


def kind_of(path: str) -> Kind:
    """Cheap, by the path alone."""
    known = _BY_PATH.get(path)
    if known is not None:
        return known
    if path in _PAGES:
        return Kind.PAGE
    for prefix, kind in _BY_PREFIX:
        if path.startswith(prefix):
            return kind
    return Kind.OTHER


class Fingerprints:
    """Numbers for orders of header names. Constant memory: what comes after the first few hundred is one."""

    def __init__(self) -> None:
        self._seen: dict[tuple[bytes, ...], tuple[int, bool]] = {}

    def of(self, headers: Mapping[bytes, bytes]) -> tuple[int, bool]:
        """The number, and whether a browser would send these names."""
        names = tuple(headers)
        found = self._seen.get(names)
        if found is None:
            number = OTHER_FINGERPRINT
            if len(self._seen) < MOST_FINGERPRINTS:
                # Cookies and bodies come and go within one browser; its order of the rest does not.
                number = crc32(b" ".join(name for name in names if name not in _PASSING)) or 1
            found = number, _NAVIGATION in headers and all(name in headers for name in _BROWSERS_SEND)
            if number:
                self._seen[names] = found
        return found

    def forget(self) -> None:
        """Begins anew, so that whoever filled the table once does not blind it for ever."""
        if len(self._seen) >= MOST_FINGERPRINTS:
            self._seen.clear()


_PASSING = frozenset(
    {
        b"cookie", b"content-length", b"content-type", b"referer", b"origin", b"authorization", b"x-csrf-token",
        b"cache-control", b"pragma", b"if-none-match", b"if-modified-since", b"upgrade-insecure-requests",
        b"sec-fetch-user", b"priority", b"x-forwarded-for", b"last-event-id", b"transfer-encoding", b"te",
    }
)  # fmt: skip


def is_night(language: bytes, unix_s: float) -> bool | None:
    """Whether most people who read this language sleep now; None where it does not tell."""
    east = _HOURS_EAST.get(language[:2].lower())
    if east is None:
        return None
    hour = (unix_s / 3600 + east) % 24
    if hour < NIGHT_UNTIL:
        return True
    return False if hour >= DAY_FROM else None


def wide_network(address: str) -> str:
    """The /16 of an IPv4 or the /32 of an IPv6 address, as clusters are named."""
    if ":" in address:
        groups = address.split(":", 2)
        return f"{groups[0]}:{groups[1] or '0'}::/32" if "." not in address else "::/32"
    parts = address.split(".", 2)
    return f"{parts[0]}.{parts[1]}.0.0/16" if len(parts) == 3 else ""
