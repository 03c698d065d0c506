"""What a request's credential is worth at first sight. Knows headers and verdicts in memory; asks no records."""

from __future__ import annotations

import re
from collections.abc import Callable

from seawall.accounts.keys.keys import Keys
from seawall.accounts.sessions import Sessions
from seawall.admission.admission import Admission
from seawall.streaming.wire import Headers
from seawall.values.arrival import Place
from seawall.values.recognition import Recognition
from seawall.web.api.door import presented_key
from seawall.web.api.standing import standing_headers
from seawall.web.door import COOKIE

# The value is URL-safe base64 and dots, which nobody quotes.
_SESSION = re.compile(rb"(?:^|;)\s*" + COOKIE.encode() + rb"=([^;\s]+)")


def recognition(keys: Keys, sessions: Sessions) -> Callable[[dict[bytes, bytes]], Recognition]:
    """For the gate, which stands before all rooms."""

    def recognise(headers: dict[bytes, bytes]) -> Recognition:
        secret = presented_key(headers)
        if secret:
            return keys.recognise(secret)
        found = _SESSION.search(headers.get(b"cookie", b""))
        return sessions.recognise(found[1].decode("latin-1")) if found else Recognition.STRANGER

    return recognise


def standing_at_sight(keys: Keys, admission: Admission) -> Callable[[dict[bytes, bytes], Place], Headers]:
    """For the API's answers that no room gives, such as a 404: the class of a key that has been seen before."""

    def told(headers: dict[bytes, bytes], place: Place) -> Headers:
        return standing_headers(admission, keys.remembered(presented_key(headers)), place)

    return told
