"""Joins what wakes an operator: the bridge's readings, the watchman, mail and webhooks. Holds no logic of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from seawall.mail.port import Mailer
from seawall.observing.heartbeat import Heartbeat
from seawall.observing.metrics import Labelled, Plain
from seawall.operating.alarm.causes import Room, causes_in
from seawall.operating.alarm.sending import AlarmSender, Receivers
from seawall.operating.alarm.told import alarm_told
from seawall.operating.alarm.watchman import Watchman
from seawall.operating.bridge.instruments import Instruments
from seawall.settings.tree import Settings
from seawall.webhooks.guarded import GuardedWebhooks

LOOK_S = 5.0


@dataclass(frozen=True, slots=True)
class Alarms:
    """Who looks, and who sends."""

    watchman: Watchman
    sender: AlarmSender
    webhooks: GuardedWebhooks
    looking: Heartbeat
    receivers: Receivers

    def start(self) -> None:
        """Begins to look, on the running loop."""
        self.sender.start()
        self.looking.start()

    async def close(self) -> None:
        """Idempotent."""
        self.looking.close()
        await self.sender.close()
        await self.webhooks.close()

    def told(self) -> dict[str, Any]:
        """What goes on, for the bridge, in both languages; and who is woken."""
        receivers = self.receivers
        return {
            "going_on": [alarm_told(alarm) for alarm in self.watchman.going_on],
            "mailboxes": len(receivers.mail),
            "webhooks": len(receivers.webhooks),
            "signed": bool(receivers.secret),
        }

    def readings(self) -> Iterable[Plain | Labelled]:
        """For a scrape of the metrics."""
        yield "gauge", "seawall_alarms", "Alarms that are going on.", len(self.watchman.going_on)
        yield "counter", "seawall_alarms_withheld", "Alarms not sent, as too many were.", self.watchman.withheld
        for outcome in ("taken", "failed", "gone"):
            text = "Messages to operators' mailboxes and webhooks, by outcome."
            yield "counter", "seawall_alarm_messages", text, self.sender.outcomes[outcome], {"outcome": outcome}


def open_alarms(
    settings: Settings,
    data: Path | None,
    instruments: Instruments,
    *,
    mailer: Mailer | None,
    home: str,
    log_trouble: Callable[[], str],
) -> Alarms:
    """The alarms of this service."""
    chosen = settings.alarm
    receivers = Receivers(
        mail=chosen.mail if mailer is not None else (),
        webhooks=chosen.webhooks,
        secret=chosen.webhook_secret,
        language=chosen.language,
        service=settings.status.name or "Seawall",
        home=home,
    )
    watchman = Watchman(unix_time=time.time)
    webhooks = GuardedWebhooks(private=chosen.private_webhooks)
    sender = AlarmSender(receivers, mailer, webhooks, unix_time=time.time, new_id=lambda: token_hex(12))

    def look(late_s: float) -> None:
        for alarm in watchman.look(causes_in(instruments.reading, _room(data), log_trouble())):
            sender.tell(alarm)

    alarms = Alarms(watchman, sender, webhooks, Heartbeat(look, every_s=LOOK_S), receivers)
    instruments.tell_too("alarms", alarms.told)
    return alarms


def _room(data: Path | None) -> Room | None:
    with suppress(OSError):
        if data is not None:
            usage = shutil.disk_usage(data)
            return Room(usage.free, usage.total)
    return None
