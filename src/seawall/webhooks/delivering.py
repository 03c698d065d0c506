"""Hands one signed message over, again where that may help. Knows patience; knows no address and no reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum

from seawall.webhooks.port import WebhookError, WebhookRefused, Webhooks
from seawall.webhooks.signature import signed_headers

# Behind the first try. A receiver that restarts is back after a minute; one that is not is told the next thing.
PAUSES_S = (2.0, 60.0)
_GONE = 410


class Delivered(Enum):
    """How it went. GONE is a receiver that says so itself (410): it wants nothing more."""

    TAKEN = "taken"
    FAILED = "failed"
    GONE = "gone"


async def deliver(
    webhooks: Webhooks,
    url: str,
    secret: str,
    message_id: str,
    body: bytes,
    *,
    unix_time: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]],
    pauses_s: Sequence[float] = PAUSES_S,
) -> Delivered:
    """The same id with each try, by which a receiver knows a message that came twice."""
    for pause_s in (*pauses_s, None):
        headers = signed_headers(secret, message_id, int(unix_time()), body)
        try:
            reply = await webhooks.post(url, body, {"content-type": "application/json", **headers})
        except WebhookRefused:
            return Delivered.FAILED
        except WebhookError:
            reply = None
        if reply is not None and 200 <= reply.status < 300:
            return Delivered.TAKEN
        if reply is not None and reply.status == _GONE:
            return Delivered.GONE
        if pause_s is None or (reply is not None and 300 <= reply.status < 500 and reply.status not in (408, 429)):
            return Delivered.FAILED
        await sleep(pause_s)
    return Delivered.FAILED
