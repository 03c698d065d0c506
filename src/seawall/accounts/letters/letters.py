"""Mail about accounts, sent after the answer so that none waits for it. Knows bounds; knows neither words nor SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from seawall.admission.shares import Share, Shares
from seawall.mail.port import Mailer, MailError
from seawall.observing.logs import logger
from seawall.records.port import RecordsError

# To one address: a mail at once, another when the first was lost, then one every five minutes, whoever asks for them.
TO_ADDRESS = Share(burst=3, refill_s=300.0)
# For one network: an office that has forgotten its passwords, and too few to fill the mailboxes of a town.
FOR_NETWORK = Share(burst=30, refill_s=30.0)
# Letters on their way, 2 kB each; what comes on top is dropped and logged, and can be asked for again.
MOST_ON_THEIR_WAY = 256
# At the end of the service, or of a command: long enough for a mail server that greets slowly on purpose.
CLOSING_S = 10.0


class Letter(NamedTuple):
    """Subject and text."""

    subject: str
    text: str


class Letters:
    """``home`` is where links lead: of the settings, never of a request, whose ``Host`` anybody can write."""

    def __init__(self, mailer: Mailer | None, *, service: str, home: str, clock: Callable[[], float]) -> None:
        self.service = service
        self.home = home.rstrip("/")
        self._mailer = mailer
        self._addresses = Shares(TO_ADDRESS, clock=clock)
        self._networks = Shares(FOR_NETWORK, clock=clock)
        self._on_their_way: set[asyncio.Task[None]] = set()

    @property
    def are_sent(self) -> bool:
        """Whether this service sends mail at all."""
        return self._mailer is not None

    def network_wait_s(self, network: str) -> float:
        """How long until this network may ask for another; asking is charged. It tells nothing of any address."""
        wait_s = self._networks.wait_s(network)
        if wait_s <= 0:
            self._networks.take(network)
        return wait_s

    def allow(self, address: str) -> bool:
        """Whether this address may be sent another; if so it is charged."""
        if self._addresses.wait_s(address) > 0:
            return False
        self._addresses.take(address)
        return True

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Has it done after the answer, so that no answer takes longer for an address that is known."""
        if len(self._on_their_way) >= MOST_ON_THEIR_WAY:
            work.close()
            logger("accounts").warning("letter_dropped", on_their_way=len(self._on_their_way))
            return
        task = asyncio.create_task(_quietly(work), name="letter")
        self._on_their_way.add(task)
        task.add_done_callback(self._on_their_way.discard)

    async def send(self, to: str, letter: Letter) -> bool:
        """Whether it was taken by the mail server; why not is in the log."""
        if self._mailer is None:
            return False
        try:
            await self._mailer.send(to, letter.subject, letter.text)
        except MailError:
            return False
        return True

    async def close(self) -> None:
        """Waits a little for what is on its way, then lets go of it."""
        if not self._on_their_way:
            return
        _, late = await asyncio.wait(self._on_their_way, timeout=CLOSING_S)
        for task in late:
            task.cancel()


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except RecordsError as error:
        logger("accounts").warning("letter_dropped", reason=str(error))
