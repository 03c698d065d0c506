"""Takes in what the request path saw, in a few microseconds and constant memory. Knows askers by a number; no verdict.

Every method is called on the event loop and returns at once. Names of accounts, addresses and prompts come in as
arguments and go no further than a keyed hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b

from seawall.verdict.asker import HOME, KNOWN, STRANGER, Asker
from seawall.verdict.crowd import MOST_ASKERS, Crowd, Networks
from seawall.verdict.errands import errand_of
from seawall.verdict.looks import Fingerprints, Kind, is_night, kind_of
from seawall.verdict.sketch import Sketches

_STANDINGS = {STRANGER: 0, KNOWN: 1, "away": 2, HOME: 3}
# The price of an ordinary question follows the newest few hundred of registered users at home.
_USUAL_WEIGHT, MOST_USUAL_WEIGHT = 0.01, 0.05
# A person types an address and a password between fetching a puzzle and sending the form.
INSTANT_S = 0.4
_MISSED = frozenset({400, 401, 404, 405, 431})
_COME_AGAIN = frozenset({429, 503})
_OK, _UNKNOWN, _FORBIDDEN = 200, 401, 403
_REGISTERED = frozenset({201, 202})


class Signals:
    """What is seen. ``closing`` reads it, every ten seconds.

    Args:
        key: secret; hashes are of no use without it.
        clock: monotonic seconds.
        unix_time: for the hour of the day.
    """

    def __init__(
        self,
        key: bytes,
        *,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        networks: Networks | None = None,
        most_askers: int = MOST_ASKERS,
    ) -> None:
        self.networks = networks or Networks()
        self.crowd = Crowd(key, self.networks, most=most_askers)
        self.fingerprints = Fingerprints()
        self.sketches = Sketches(int.from_bytes(key[:4], "big"))
        self.requests = 0
        self.cuts = 0
        self.usual_ms = 0.0
        self.home_ms = 0.0
        self.home_asks = 0
        self._key = key
        self._clock = clock
        self._unix_time = unix_time

    def request(self, address: str, path: str, headers: Mapping[bytes, bytes], *, known: bool) -> int:
        """A request is here. Returns the asker's number, by which the rest is told.

        ``known`` is for whose credential is ours, as far as is known at first sight.
        """
        self.requests += 1
        name = _credential(headers) if known else b""
        crowd = self.crowd
        number = crowd.number(name or address.encode())
        now_s = self._clock()
        asker = crowd.come(number, address, now_s)
        if asker is not None:
            if name and not asker.requests:
                # A session is a browser's, a key a program's.
                asker.keyed = b"cookie" not in headers
                self._remember_visitor(asker, address)
            kind = kind_of(path)
            asker.comes(now_s, kind)
            if kind is Kind.CALL:
                errand = errand_of(path)
                if errand:
                    asker.calls(errand)
            if known and asker.standing == STRANGER:
                asker.standing = KNOWN
            if not asker.fingerprint or kind is Kind.PAGE:
                self._look(asker, kind, headers)
        return number

    def _remember_visitor(self, asker: Asker, address: str) -> None:
        """Whoever signs in was a stranger at this address a moment ago, and opened the page as one."""
        visitor = self.crowd.find(self.crowd.number(address.encode()))
        if visitor is not None:
            asker.comes_from(visitor)
        else:
            asker.pages_unknown = self.crowd.looked_at < 1

    def _look(self, asker: Asker, kind: Kind, headers: Mapping[bytes, bytes]) -> None:
        asker.fingerprint, browser = self.fingerprints.of(headers)
        asker.browser = asker.browser or browser
        if asker.night is None:
            asker.night = is_night(headers.get(b"accept-language", b""), self._unix_time())
        if kind is Kind.PAGE and not asker.referrer:
            referrer = headers.get(b"referer")
            own = referrer is not None and headers.get(b"host", b"\n") in referrer
            asker.referrer = "none" if not referrer else "own" if own else "outside"

    def answered(self, number: int, path: str, status: int, retry_after_s: float | None = None) -> None:
        """How a request was answered. Told of refusals, and of every end of a sign-in or a registration."""
        asker = self.crowd.find(number)
        if asker is None:
            return
        kind = kind_of(path)
        if status in _COME_AGAIN and retry_after_s:
            asker.retry_at_s = self._clock() + retry_after_s
            asker.retry_kind = kind
        elif kind is Kind.SIGN_IN:
            asker.signed_in += status == _OK
            asker.failed += status == _UNKNOWN
        elif kind is Kind.SIGN_UP:
            registered = status in _REGISTERED
            asker.signed_up += registered
            if registered:
                asker.joined_s = self._clock()
            asker.solved += registered and asker.puzzles > 0
            asker.instant += registered and asker.puzzles > 0 and self._clock() - asker.puzzle_s < INSTANT_S
            asker.wrong += status == _FORBIDDEN and asker.puzzles > 0
        elif status in _MISSED:
            asker.misses += 1

    def tried(self, number: int, account: str) -> None:
        """Somebody tried to sign in as ``account``, which becomes one of 32 bits."""
        asker = self.crowd.find(number)
        if asker is not None:
            asker.names |= 1 << (blake2b(account.encode(), digest_size=1, key=self._key).digest()[0] & 31)

    def asked(self, number: int, prompt: str, engine_ms: float, standing: str) -> None:
        """A question was priced. ``standing`` is "home", "away" or "stranger"; nothing of the prompt is kept."""
        if standing == HOME:
            self.home_ms += engine_ms
            self.home_asks += 1
        asker = self.crowd.find(number)
        if asker is None:
            return
        if _STANDINGS[standing] > _STANDINGS[asker.standing] or asker.standing == KNOWN:
            asker.standing = standing
        alike = self.sketches.is_alike(prompt, asker.site)
        asker.prompts += 1
        asker.alike += bool(alike)
        asker.cost_ms += engine_ms
        asker.window_ms += engine_ms

    def turn(self, *, is_usual: bool) -> None:
        """A window has ended, and whether what was asked in it at home was ordinary."""
        if self.home_asks and (is_usual or not self.usual_ms):
            rate = min(MOST_USUAL_WEIGHT, _USUAL_WEIGHT * self.home_asks) if self.usual_ms else 1.0
            self.usual_ms += rate * (self.home_ms / self.home_asks - self.usual_ms)
        self.home_ms = 0.0
        self.home_asks = 0

    def ended(self, number: int, *, complete: bool) -> None:
        """An answer that had begun was read to its end, or left before."""
        asker = self.crowd.find(number)
        if asker is not None:
            asker.read += complete
            asker.left += not complete

    def cut(self, address: str) -> None:
        """A connection was cut off for being too slow, before it was a request or after."""
        self.requests += 1
        self.cuts += 1
        now_s = self._clock()
        asker = self.crowd.come(self.crowd.number(address.encode()), address, now_s)
        if asker is not None:
            asker.seen_s = now_s
            asker.window_requests += 1
            asker.requests += 1
            asker.cut += 1


def _credential(headers: Mapping[bytes, bytes]) -> bytes:
    return headers.get(b"authorization") or headers.get(b"x-api-key") or headers.get(b"cookie") or b""
