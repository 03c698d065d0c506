"""Whether a browser's request comes from our own pages. Knows origins and tokens; knows no session's content.

The algorithm is Go's ``net/http.CrossOriginProtection`` with a token on top: ``Sec-Fetch-Site`` decides where the
browser sends it, as no page can forge it; else ``Origin`` must be ours; a program that sends neither is no browser and
has no cookies to abuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest, digest
from urllib.parse import urlsplit

from seawall.values.caller import Caller
from seawall.values.refusal import Reason, Refusal

HEADER = "x-csrf-token"

_CROSS_SITE = Refusal(
    Reason.CROSS_SITE,
    "This request was sent by a page of another site, so it was not carried out. Open this service's own page.",
)
_NO_TOKEN = Refusal(
    Reason.CROSS_SITE, "The X-CSRF-Token header is missing or not of this session. Reload the page and try again."
)


class Csrf:
    """``public_url`` is where people reach the service, empty for wherever a request says that it was sent to."""

    def __init__(self, secret: bytes, public_url: str = "") -> None:
        self._secret = secret
        self._public = _origin(public_url)

    def token(self, session_id: str) -> str:
        """What the session's pages send back with each change. Needs no storage, and dies with the session."""
        return digest(self._secret, b"csrf\x00" + session_id.encode(), sha256).hex()

    def crossing(self, headers: Mapping[str, str], caller: Caller) -> Refusal | None:
        """Refuses what a browser says another site sent."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return None if site in ("same-origin", "none") else _CROSS_SITE
        told = headers.get("origin")
        if told is None:
            return None
        origin = _origin(told)
        ours = (self._public, _origin(f"{caller.scheme}://{caller.host}"))
        return None if origin is not None and origin in ours else _CROSS_SITE

    def objection(self, headers: Mapping[str, str], caller: Caller, session_id: str) -> Refusal | None:
        """The same, and the session's token must be there."""
        crossing = self.crossing(headers, caller)
        if crossing is not None:
            return crossing
        given = headers.get(HEADER, "").encode()
        return None if compare_digest(given, self.token(session_id).encode()) else _NO_TOKEN


def _origin(url: str) -> tuple[str, str] | None:
    """Scheme and host with port, the default port left out; None for what is none, such as the origin "null"."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    default = {"http": ":80", "https": ":443"}.get(parts.scheme)
    if default is None or not parts.netloc:
        return None
    return parts.scheme, parts.netloc.lower().removesuffix(default)
