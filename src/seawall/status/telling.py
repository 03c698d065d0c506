"""Tells subscribers what was written, one thing after the other, in the background. Knows bounds; writes nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from seawall.mail.port import Mailer, MailError
from seawall.observing.logs import logger
from seawall.records.port import Records, RecordsUnavailable
from seawall.records.status_entries import ConfirmedSubscribers, DropSubscriber, NoteDeliveries, SubscriberRow
from seawall.status.announcements import MaintenanceEdit
from seawall.status.incidents import Edit
from seawall.status.letters import Language, of_incident, of_maintenance
from seawall.status.subscribers import Subscribers
from seawall.webhooks.delivering import Delivered, deliver
from seawall.webhooks.port import Webhooks

# What waits to be told. An operator writes a dozen updates a day; more is a fault of ours, which must not grow.
MOST_WAITING = 100
# Read and told at a time.
_PAGE = 200
_MAILS_AT_ONCE = 4
# So many things in a row that an address did not take: a receiver that is gone, by all that can be known.
GIVEN_UP_AFTER = 20
# Of an incident's deeds; what was reworded is on the page.
_TOLD = frozenset({"opened", "updated", "closed", "reopened", "merged"})


class Telling:
    """``shape`` makes a webhook's message of what was written, but for how its receiver ends it."""

    def __init__(
        self,
        records: Records,
        subscribers: Subscribers,
        *,
        mailer: Mailer | None,
        webhooks: Webhooks | None,
        shape: Callable[[Edit | MaintenanceEdit], Mapping[str, Any]],
        home: str,
        name: str,
        unix_time: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._subscribers = subscribers
        self._mailer = mailer
        self._webhooks = webhooks
        self._shape = shape
        self._home = home
        self._name = name
        self._unix_time = unix_time
        self._sleep = sleep
        self._waiting: asyncio.Queue[Edit | MaintenanceEdit] = asyncio.Queue(MOST_WAITING)
        self._mails = asyncio.Semaphore(_MAILS_AT_ONCE)
        self._task: asyncio.Task[None] | None = None
        self._log = logger("status")

    def tell(self, edit: Edit | MaintenanceEdit) -> None:
        """Has it told later; returns at once."""
        if isinstance(edit, Edit) and (edit.deed not in _TOLD or not edit.incident.row.published):
            return
        try:
            self._waiting.put_nowait(edit)
        except asyncio.QueueFull:
            self._log.warning("subscribers_not_told", waiting=MOST_WAITING)

    def start(self) -> None:
        """Begins to tell."""
        self._task = asyncio.create_task(self._keep_telling(), name="telling")

    async def close(self) -> None:
        """What was not told by now is not told any more; the page has it. Idempotent."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _keep_telling(self) -> None:
        while True:
            edit = await self._waiting.get()
            try:
                await self._tell_all(edit)
            except RecordsUnavailable as error:
                self._log.warning("subscribers_not_told", reason=str(error))
            except Exception as error:  # noqa: BLE001 - one message that cannot be told must not silence the next.
                self._log.error("telling_failed", exc_info=error)

    async def _tell_all(self, edit: Edit | MaintenanceEdit) -> None:
        message_id = f"{_id_of(edit)}-{int(self._unix_time() * 1000)}"
        body = dict(self._shape(edit))
        after = ""
        while page := await self._records.read(ConfirmedSubscribers(after, _PAGE)):
            after = page[-1].id
            await self._note(page, await asyncio.gather(*(self._told(one, edit, message_id, body) for one in page)))

    async def _note(self, page: Sequence[SubscriberRow], told: Sequence[Delivered]) -> None:
        results = list(zip(page, told, strict=True))
        for one, result in results:
            if result is Delivered.GONE:
                await self._records.write(DropSubscriber(one.id))
        taken = tuple(one.id for one, result in results if result is Delivered.TAKEN)
        failed = tuple(one.id for one, result in results if result is Delivered.FAILED)
        await self._records.write(NoteDeliveries(taken, failed, GIVEN_UP_AFTER))
        self._log.info("subscribers_told", taken=len(taken), failed=len(failed))

    async def _told(
        self, one: SubscriberRow, edit: Edit | MaintenanceEdit, message_id: str, body: Mapping[str, Any]
    ) -> Delivered:
        ending = f"{self._home}/status/unsubscribe?token={self._subscribers.token(one, 'unsubscribe')}"
        if one.kind == "webhook" and self._webhooks is not None:
            meta = {"unsubscribe": ending, "documentation": f"{self._home}/status"}
            message = json.dumps({"meta": meta, **body}, ensure_ascii=False).encode()
            return await deliver(
                self._webhooks,
                one.address,
                one.secret,
                message_id,
                message,
                unix_time=self._unix_time,
                sleep=self._sleep,
            )
        if one.kind == "mail" and self._mailer is not None:
            return await self._mailed(self._mailer, one, edit, ending)
        return Delivered.TAKEN  # Nothing is sent that way any more; that is not the receiver's fault.

    async def _mailed(self, mailer: Mailer, one: SubscriberRow, edit: Edit | MaintenanceEdit, ending: str) -> Delivered:
        language = cast(Language, one.language)
        if isinstance(edit, Edit):
            page = f"{self._home}/status/{language}/incidents/{edit.incident.id}"
            letter = of_incident(language, self._name, edit, page, ending)
        else:
            letter = of_maintenance(language, self._name, edit, f"{self._home}/status/{language}", ending)
        async with self._mails:
            try:
                await mailer.send(one.address, letter.subject, letter.text)
            except MailError:
                return Delivered.FAILED
        return Delivered.TAKEN


def _id_of(edit: Edit | MaintenanceEdit) -> str:
    return edit.incident.id if isinstance(edit, Edit) else edit.maintenance.row.id
