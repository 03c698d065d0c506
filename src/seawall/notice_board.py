"""Joins what the public is told: the looks, the pages, the gate that shows them. Knows these; holds no logic."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from urllib.parse import urlsplit

from seawall.edge.stills import Stills
from seawall.forecourt import Forecourt
from seawall.ground import Ground
from seawall.observing.metrics import Metrics
from seawall.records.status_entries import BannerRow
from seawall.settings.tree import Settings
from seawall.shield import Shield
from seawall.status.announcements import Banner, MaintenanceEdit, Maintenances
from seawall.status.automaton import Automaton
from seawall.status.history import History
from seawall.status.incidents import Edit, Incidents
from seawall.status.room import Parts, Sources, StatusRoom
from seawall.status.snapshot import LogHead
from seawall.values.verdict import Verdict
from seawall.web.status.board import Board
from seawall.web.status.page import Ways


@dataclass(frozen=True, slots=True)
class Witness:
    """What other rooms know of the truth, and where it is written down. Nothing and nowhere until they say so.

    ``noted`` is given each edit of an incident, a maintenance or the banner; it must not block.
    """

    verdict: Callable[[], Verdict | None] = lambda: None
    log_head: Callable[[], LogHead | None] = lambda: None
    log_trouble: Callable[[], str] = lambda: ""
    noted: Callable[[Edit | MaintenanceEdit | BannerRow, str], None] = lambda edit, by: None


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """The looks and the pages they become."""

    room: StatusRoom
    board: Board

    async def start(self) -> None:
        """Looks at once, so that there is a page from the first request on."""
        self.room.publish_to(self.board.put_up)
        await self.room.start()

    async def close(self) -> None:
        """Idempotent."""
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
    mail: bool,
    witness: Witness = Witness(),
) -> NoticeBoard:
    """The status page of this service; ``home`` is where people reach it, ``mail`` whether mail can be sent."""
    chosen = settings.status
    sources = Sources(
        totals=metrics.totals,
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
    room = StatusRoom(sources, _parts(settings, ground, witness), clock=time.monotonic, unix_time=time.time)
    name = chosen.name or urlsplit(settings.public_url).hostname or "Seawall"
    ways = Ways(mail=mail and chosen.subscribers > 0, webhooks=chosen.webhooks and chosen.subscribers > 0)
    return NoticeBoard(room, Board(stills, ways, name=name, home=home, began_s=time.time()))


def _parts(settings: Settings, ground: Ground, witness: Witness) -> Parts:
    records = ground.records
    incidents = Incidents(records, unix_time=time.time, new_id=_new_id, told=lambda edit: witness.noted(edit, edit.by))
    return Parts(
        history=History(records, clock=time.monotonic, unix_time=time.time),
        incidents=incidents,
        maintenances=Maintenances(
            records, unix_time=time.time, new_id=_new_id, told=lambda edit: witness.noted(edit, edit.by)
        ),
        banner=Banner(records, unix_time=time.time, told=witness.noted),
        automaton=None
        if settings.status.incidents == "off"
        else Automaton(incidents, published=settings.status.incidents == "publish", unix_time=time.time),
    )


def _new_id() -> str:
    """Twelve digits, as Statuspage's."""
    return token_hex(6)
