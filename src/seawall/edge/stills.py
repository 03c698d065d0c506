"""Whole answers, rendered beforehand, that the gate gives before it weighs anything. Knows their bytes; renders none.

What tells everybody how the service is must be there when all else is not, and must be no way to press it: an answer is
looked up and written, as a refusal is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from seawall.edge.asgi import Headers
from seawall.edge.refusals import as_lines

_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Form:
    """One answer as it goes out: status, headers, the same as bytes, and the body."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    head: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Still:
    """One address's answer, in one language: plain, packed, and the word that it has not changed."""

    plain: Form
    packed: Form | None
    unchanged: Form
    etag: bytes

    def form(self, headers: Mapping[bytes, bytes]) -> Form:
        """The one that was asked for."""
        known = headers.get(b"if-none-match")
        if known is not None and self.etag in known:
            return self.unchanged
        if self.packed is not None and b"gzip" in headers.get(b"accept-encoding", b""):
            return self.packed
        return self.plain


@dataclass(frozen=True, slots=True)
class Choice:
    """One address in several languages, the usual one first."""

    by_language: Mapping[bytes, Still]

    def still(self, headers: Mapping[bytes, bytes]) -> Still:
        """The language that ``Accept-Language`` names first. Weights are passed over: browsers send them in order."""
        asked = headers.get(b"accept-language", b"")
        places = [(place, language) for language in self.by_language if (place := asked.find(language)) >= 0]
        return self.by_language[min(places)[1]] if places else next(iter(self.by_language.values()))


Shown = Still | Choice


@dataclass(slots=True)
class Stills:
    """By path. Whoever renders puts all of them at once; the gate finds one at a time."""

    _by_path: Mapping[str, Shown] = field(default_factory=dict[str, Shown])

    def put(self, by_path: Mapping[str, Shown]) -> None:
        """These, and no others, from now on."""
        self._by_path = by_path

    def holds(self, path: str, method: str) -> bool:
        """Whether the gate answers this by itself."""
        return path in self._by_path and method in _METHODS

    def find(self, path: str, method: str, headers: Mapping[bytes, bytes]) -> Form | None:
        """None for what is not shown here."""
        shown = self._by_path.get(path)
        if shown is None or method not in _METHODS:
            return None
        return (shown if isinstance(shown, Still) else shown.still(headers)).form(headers)


def still(body: bytes, headers: Headers, packed: bytes | None = None, *, status: int = 200) -> Still:
    """The forms of one answer; ``headers`` without its length and tag."""
    etag = b'W/"%b"' % blake2b(body, digest_size=12).hexdigest().encode()
    common = [*headers, (b"etag", etag)]
    if packed is not None:
        common.append((b"vary", b"accept-encoding, accept-language"))
    return Still(
        plain=_form(status, common, body),
        packed=None if packed is None else _form(status, [*common, (b"content-encoding", b"gzip")], packed),
        unchanged=_form(304, [one for one in common if not one[0].startswith(b"content-")], b""),
        etag=etag,
    )


_PHRASES = {200: b"OK", 304: b"Not Modified", 404: b"Not Found"}


def _form(status: int, headers: Headers, body: bytes) -> Form:
    told = headers if status == 304 else [*headers, (b"content-length", b"%d" % len(body))]
    return Form(status, tuple(told), b"HTTP/1.1 %d %b\r\n%b" % (status, _PHRASES[status], as_lines(told)), body)
