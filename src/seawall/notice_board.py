"""Joins what the public is told: the looks, the pages, the gate that shows them. Knows these; holds no logic."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_bytes, token_hex
from typing import Any
from urllib.parse import urlsplit

from seawall.edge.stills import Stills
from seawall.forecourt import Forecourt
from seawall.ground import Ground
from seawall.mail.port import Mailer
from seawall.observing.felt import Entries
from seawall.observing.metrics import Metrics
from seawall.records.status_entries import BannerRow
from seawall.settings.tree import Settings
from seawall.shield import Shield
from seawall.status.announcements import Banner, MaintenanceEdit, Maintenances
from seawall.status.automaton import Automaton
from seawall.status.history import History
from seawall.status.incidents import Edit, Incidents, Words
from seawall.status.room import Parts, Sources, StatusRoom
from seawall.status.snapshot import LogHead
from seawall.status.subscribers import Subscribers
from seawall.status.telling import Telling
from seawall.values.verdict import Verdict
from seawall.web.status.board import Board
from seawall.web.status.page import Ways
from seawall.webhooks.guarded import GuardedWebhooks


@dataclass(frozen=True, slots=True)
class Witness:
    """What other rooms know of the truth, and where it is written down. Nothing and nowhere until they say so.

    ``noted`` is given each edit of an incident, a maintenance or the banner; it must not block.
    """

    verdict: Callable[[], Verdict | None] = lambda: None
    log_head: Callable[[], LogHead | None] = lambda: None
    log_trouble: Callable[[], Words | None] = lambda: None
    noted: Callable[[Edit | MaintenanceEdit | BannerRow, str], None] = lambda edit, by: None


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """The looks, the pages they become, and who is told what is written."""

    room: StatusRoom
    board: Board
    subscribers: Subscribers
    telling: Telling
    webhooks: GuardedWebhooks

    async def start(self) -> None:
        """Looks at once, so that there is a page from the first request on."""
        self.room.publish_to(self.board.put_up)
        self.telling.start()
        await self.room.start()

    async def close(self) -> None:
        """Idempotent."""
        await self.telling.close()
        await self.webhooks.close()
        await self.room.close()


def open_notice_board(
    settings: Settings,
    ground: Ground,
    metrics: Metrics,
    shield: Shield,
    forecourt: Forecourt,
    stills: Stills,
    *,
    home: str,
    mailer: Mailer | None,
    entries: Callable[[], Entries],
    witness: Witness = Witness(),
) -> NoticeBoard:
    """The status page of this service; ``home`` is where people reach it, ``mailer`` is None where no mail is sent, and
    ``entries`` counts how sign-ins and sign-ups ended.
    """
    chosen, began_s = settings.status, time.time()
    name = chosen.name or urlsplit(settings.public_url).hostname or "Seawall"
    ways = Ways(mail=mailer is not None and chosen.subscribers > 0, webhooks=chosen.webhooks and chosen.subscribers > 0)
    board = Board(stills, ways, name=name, home=home, began_s=began_s)
    webhooks = GuardedWebhooks(private=chosen.private_webhooks)
    told: dict[str, Any] = {
        "mailer": mailer,
        "webhooks": webhooks if ways.webhooks else None,
        "home": home,
        "name": name,
    }
    subscribers = _subscribers(settings, ground, told)
    telling = Telling(ground.records, subscribers, shape=board.shapes.message, unix_time=time.time, **told)

    def noted(edit: Edit | MaintenanceEdit | BannerRow, by: str) -> None:
        witness.noted(edit, by)
        if not isinstance(edit, BannerRow):
            telling.tell(edit)

    sources = _sources(settings, ground, metrics, shield, forecourt, entries, witness)
    room = StatusRoom(sources, _parts(settings, ground, noted), clock=time.monotonic, unix_time=time.time)
    return NoticeBoard(room, board, subscribers, telling, webhooks)


def _subscribers(settings: Settings, ground: Ground, told: dict[str, Any]) -> Subscribers:
    return Subscribers(
        ground.records,
        ground.secret,
        most=settings.status.subscribers,
        clock=time.monotonic,
        unix_time=time.time,
        new_id=_new_id,
        random=token_bytes,
        **told,
    )


def _sources(
    settings: Settings,
    ground: Ground,
    metrics: Metrics,
    shield: Shield,
    forecourt: Forecourt,
    entries: Callable[[], Entries],
    witness: Witness,
) -> Sources:
    return Sources(
        totals=metrics.totals,
        entries=entries,
        engine=ground.engine.report,
        records=ground.records.report,
        stance=lambda: shield.admission.report().stance,
        signup_narrowed=lambda: forecourt.signup.is_busy,
        signup_open=settings.accounts.signup != "closed",
        promise_s=settings.admission.promise_s,
        verdict=witness.verdict,
        log_head=witness.log_head,
        log_trouble=witness.log_trouble,
    )


def _parts(
    settings: Settings, ground: Ground, noted: Callable[[Edit | MaintenanceEdit | BannerRow, str], None]
) -> Parts:
    records, chosen = ground.records, settings.status.incidents
    incidents = Incidents(records, unix_time=time.time, new_id=_new_id, told=lambda edit: noted(edit, edit.by))
    maintenances = Maintenances(records, unix_time=time.time, new_id=_new_id, told=lambda edit: noted(edit, edit.by))
    automaton = Automaton(incidents, published=chosen == "publish", clock=time.monotonic, unix_time=time.time)
    return Parts(
        history=History(records, clock=time.monotonic, unix_time=time.time),
        incidents=incidents,
        maintenances=maintenances,
        banner=Banner(records, unix_time=time.time, told=noted),
        automaton=None if chosen == "off" else automaton,
    )


def _new_id() -> str:
    """Twelve digits, as Statuspage's."""
    return token_hex(6)
