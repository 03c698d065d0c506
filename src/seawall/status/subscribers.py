"""Who is told of incidents: how one begins, shows that the address is one's own, and ends. Knows bounds; no HTML.

Nobody is told who did not ask for it: a mail address confirms by a link, a webhook sends a challenge back. Who asks
too often, from one network or for one address, waits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from seawall.admission.shares import Share, Shares
from seawall.mail.port import Mailer, MailError
from seawall.records.port import Records, RecordsConflict
from seawall.records.status_entries import AddSubscriber, ConfirmSubscriber, DropSubscriber, SubscriberRow
from seawall.status.letters import Language, confirming
from seawall.values.refusal import Reason, Refusal
from seawall.webhooks.port import WebhookError, Webhooks
from seawall.webhooks.signature import secret_of, signed_headers

# Of one network: a team that subscribes its people, and too few to fill the mailboxes of a town.
NETWORK_SHARE = Share(burst=10, refill_s=60.0)
# To one address: a mail, and another where the first was lost, whoever asks.
ADDRESS_SHARE = Share(burst=2, refill_s=1800.0)
# For all of them together: what a mail server of one's own sends without becoming a spammer, as do the challenges.
ALL_SHARE = Share(burst=60, refill_s=5.0)
# Who has not confirmed by then never will.
STALE_S = 7 * 86_400.0
LONGEST_ADDRESS = 254
LONGEST_URL = 500
_MAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")

# Each has its Chinese in web/status/chinese.py.
_NO_MAIL_ADDRESS = Refusal(Reason.INVALID_REQUEST, "This is no mail address.", param="address")
_MAIL_AWAY = Refusal(Reason.MAIL_UNAVAILABLE, "The mail could not be sent. Please try again later.", 300.0)
_TOO_OFTEN = "This was asked for often just now. Please try again later."
_NO_ROOM = Refusal(Reason.NO_ROOM, "No further subscribers are taken here; the Atom feed is open to everybody.")
_NO_MAIL = Refusal(Reason.MAIL_UNAVAILABLE, "This service sends no mail; take the Atom feed or a webhook.")
_NO_WEBHOOKS = Refusal(Reason.NOT_ALLOWED, "This service tells no webhooks; take the Atom feed.")
_NOT_SENT_BACK = "The address answered the challenge with something else instead of sending it back."
_WRONG_STATUS = "The address answered the challenge with the status {status} instead of 200."
_TAKEN = Refusal(Reason.CONFLICT, "This address is subscribed already; end that subscription first.", param="address")


@dataclass(frozen=True, slots=True)
class Hooked:
    """A webhook that is subscribed: the secret that its messages are signed with, and what ends it."""

    secret: str
    ending: str


class Subscribers:
    """``mailer`` is None where no mail is sent, ``webhooks`` where none are told; ``most`` holds for each kind."""

    def __init__(
        self,
        records: Records,
        secret: bytes,
        *,
        mailer: Mailer | None,
        webhooks: Webhooks | None,
        home: str,
        name: str,
        most: int,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        new_id: Callable[[], str],
        random: Callable[[int], bytes],
    ) -> None:
        self._records = records
        self._key = blake2b(b"status subscribers", key=secret, digest_size=32).digest()
        self._mailer = mailer if most else None
        self._webhooks = webhooks if most else None
        self._home = home
        self._name = name
        self._most = most
        self._unix_time = unix_time
        self._new_id = new_id
        self._random = random
        self._networks = Shares(NETWORK_SHARE, clock=clock)
        self._addresses = Shares(ADDRESS_SHARE, clock=clock)
        self._all = Shares(ALL_SHARE, clock=clock)

    async def by_mail(self, address: str, language: Language, network: str) -> Refusal | None:
        """Sends the link that confirms. Says the same for an address that is subscribed already.

        Raises RecordsUnavailable.
        """
        if self._mailer is None:
            return _NO_MAIL
        address = address.strip()
        if len(address) > LONGEST_ADDRESS or not _MAIL.fullmatch(address):
            return _NO_MAIL_ADDRESS
        refusal = self._beyond_share(address.casefold(), network)
        if refusal is not None:
            return refusal
        kept = await self._keep("mail", address, language, "")
        if isinstance(kept, Refusal):
            return kept
        letter = confirming(language, self._name, f"{self._home}/status/confirm?token={self.token(kept, 'confirm')}")
        try:
            await self._mailer.send(address, letter.subject, letter.text)
        except MailError:
            return _MAIL_AWAY
        return None

    async def by_webhook(self, url: str, language: Language, network: str) -> Hooked | Refusal:
        """Asks the address to send a challenge back, and subscribes it where it does. Raises RecordsUnavailable."""
        if self._webhooks is None:
            return _NO_WEBHOOKS
        url = url.strip()
        refusal = self._beyond_share(url, network)
        if refusal is not None:
            return refusal
        secret = secret_of(self._random(24))
        refusal = await self._challenge(self._webhooks, url, secret)
        if refusal is not None:
            return refusal
        kept = await self._keep("webhook", url, language, secret)
        if isinstance(kept, Refusal):
            return kept
        if kept.secret != secret:  # Whoever can answer there may end the older one, and nobody else may see its secret.
            return _TAKEN
        await self._records.write(ConfirmSubscriber(kept.id, self._unix_time()))
        return Hooked(secret, f"{self._home}/status/unsubscribe?token={self.token(kept, 'unsubscribe')}")

    async def confirm(self, token: str) -> bool:
        """False for a link that is none of ours, or too old. Raises RecordsUnavailable."""
        subscriber_id = self._opened(token, "confirm")
        if subscriber_id is None:
            return False
        return await self._records.write(ConfirmSubscriber(subscriber_id, self._unix_time())) is not None

    async def end(self, token: str) -> bool:
        """False for a link that is none of ours, or was used. Raises RecordsUnavailable."""
        subscriber_id = self._opened(token, "unsubscribe")
        return subscriber_id is not None and await self._records.write(DropSubscriber(subscriber_id))

    def token(self, subscriber: SubscriberRow, deed: str) -> str:
        """What a link of this subscriber's carries: nothing has to be kept for it."""
        return f"{subscriber.id}.{self._mac(subscriber.id, deed)}"

    async def _challenge(self, webhooks: Webhooks, url: str, secret: str) -> Refusal | None:
        challenge = self._random(16).hex()
        body = json.dumps({"type": "challenge", "challenge": challenge, "page": self._name}).encode()
        headers = signed_headers(secret, f"challenge-{self._new_id()}", int(self._unix_time()), body)
        try:
            reply = await webhooks.post(url, body, {"content-type": "application/json", **headers})
        except WebhookError as error:
            return Refusal(Reason.INVALID_REQUEST, str(error), param="address")
        if reply.status == 200 and challenge.encode() in reply.body:
            return None
        why = _NOT_SENT_BACK if reply.status == 200 else _WRONG_STATUS.format(status=reply.status)
        return Refusal(Reason.INVALID_REQUEST, why, param="address")

    async def _keep(self, kind: str, address: str, language: Language, secret: str) -> SubscriberRow | Refusal:
        now_s = self._unix_time()
        row = SubscriberRow(self._new_id(), kind, address, language, now_s, secret=secret)
        try:
            return await self._records.write(AddSubscriber(row, self._most, now_s - STALE_S))
        except RecordsConflict as conflict:
            return _NO_ROOM if conflict.field == "room" else _NO_MAIL_ADDRESS

    def _beyond_share(self, address: str, network: str) -> Refusal | None:
        asked = ((self._networks, network), (self._addresses, address), (self._all, ""))
        wait_s = max(shares.wait_s(name) for shares, name in asked)
        if wait_s > 0:
            return Refusal(Reason.SHARE_USED, _TOO_OFTEN, wait_s)
        for shares, name in asked:
            shares.take(name)
        return None

    def _opened(self, token: str, deed: str) -> str | None:
        subscriber_id, _, mac = token[:200].partition(".")
        return subscriber_id if compare_digest(mac.encode(), self._mac(subscriber_id, deed).encode()) else None

    def _mac(self, subscriber_id: str, deed: str) -> str:
        return blake2b(f"{deed}:{subscriber_id}".encode(), key=self._key, digest_size=16).hexdigest()
