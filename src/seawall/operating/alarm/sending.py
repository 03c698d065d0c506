"""Sends alarms to operators' mailboxes and webhooks, one after the other. Knows the ports; knows no cause."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from seawall.mail.port import Mailer, MailError
from seawall.observing.logs import logger
from seawall.operating.alarm.watchman import Alarm
from seawall.operating.alarm.words import Language, over, said
from seawall.webhooks.delivering import Delivered, deliver
from seawall.webhooks.port import Webhooks

# What waits to be sent; the watchman sends fewer an hour.
MOST_WAITING = 64


@dataclass(frozen=True, slots=True)
class Receivers:
    """Whom to tell. ``secret`` signs what webhooks are sent; empty signs nothing."""

    mail: Sequence[str]
    webhooks: Sequence[str]
    secret: str
    language: Language
    service: str
    home: str


class AlarmSender:
    """Never in anybody's way: alarms wait in a bounded queue, and a receiver that hangs delays the next one alone."""

    def __init__(
        self,
        receivers: Receivers,
        mailer: Mailer | None,
        webhooks: Webhooks,
        *,
        unix_time: Callable[[], float],
        new_id: Callable[[], str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._receivers = receivers
        self._mailer = mailer
        self._webhooks = webhooks
        self._unix_time = unix_time
        self._new_id = new_id
        self._sleep = sleep
        self._waiting: asyncio.Queue[Alarm] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None
        self._log = logger("operator")
        self.outcomes: Counter[str] = Counter()

    def start(self) -> None:
        """Begins to send, on the running loop."""
        self._task = asyncio.create_task(self._keep_sending(), name="alarms")

    def tell(self, alarm: Alarm) -> None:
        """Neither blocks nor raises. Every alarm is in the log, whoever can be reached."""
        text = self._text(alarm)
        self._log.warning("alarm", state=alarm.state, cause=alarm.found.cause.value, text=text)
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(alarm)

    async def close(self) -> None:
        """Idempotent; what waits is in the log."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _keep_sending(self) -> None:
        while True:
            alarm = await self._waiting.get()
            # Both ways at once: at night one of them is enough, and neither waits for the other.
            await asyncio.gather(
                *(self._mail(address, alarm) for address in self._receivers.mail if self._mailer is not None),
                *(self._post(url, alarm) for url in self._receivers.webhooks),
            )

    async def _mail(self, address: str, alarm: Alarm) -> None:
        text = self._text(alarm)
        subject = f"[{self._receivers.service}] {text if len(text) <= 70 else text[:69] + '…'}"
        try:
            assert self._mailer is not None
            await self._mailer.send(address, subject, f"{text}\n\n{self._receivers.home}/operator\n")
            self.outcomes["taken"] += 1
        except MailError as error:
            self.outcomes["failed"] += 1
            self._log.warning("alarm_not_mailed", why=str(error))

    async def _post(self, url: str, alarm: Alarm) -> None:
        body = to_json(self._message(alarm))
        outcome = await deliver(
            self._webhooks,
            url,
            self._receivers.secret,
            self._new_id(),
            body,
            unix_time=self._unix_time,
            sleep=self._sleep,
        )
        self.outcomes[outcome.value] += 1
        if outcome is not Delivered.TAKEN:
            self._log.warning("alarm_not_taken", host=url.split("/")[2], outcome=outcome.value)

    def _message(self, alarm: Alarm) -> dict[str, Any]:
        """``text`` stands first, as Slack, Mattermost and Discord's Slack address show it as it is."""
        found = alarm.found
        return {
            "text": f"[{self._receivers.service}] {self._text(alarm)}",
            "alarm": found.cause.value,
            "about": found.about,
            "state": alarm.state,
            "since_unix_s": round(alarm.since_s),
            "numbers": dict(found.numbers),
            "page": f"{self._receivers.home}/operator",
        }

    def _text(self, alarm: Alarm) -> str:
        language = self._receivers.language
        if alarm.state == "begun":
            return said(alarm.found, language)
        return over(alarm.found, alarm.lasted_s, language)
