"""Joins the rooms behind the gate. Knows them all; knows neither gate nor routes, and holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Any

from seawall.admission.challenged import Challenged
from seawall.admission.posture import Posture
from seawall.answering.answer import Answering
from seawall.answering.ledger import Ledger
from seawall.answering.meter import UsageMeter
from seawall.belongings import Belongings, open_belongings
from seawall.bridge import Bridge, open_bridge
from seawall.conversations.conversations import Conversations
from seawall.conversations.events import AccountEvents
from seawall.conversations.jobs import Jobs
from seawall.conversations.library import Library, library_over
from seawall.edge.asgi import Headers
from seawall.edge.block_list import BlockList
from seawall.engines.port import Engine
from seawall.forecourt import Forecourt, open_forecourt
from seawall.ground import Ground
from seawall.observing.metrics import Metrics
from seawall.operating.block_desk import BlockDesk
from seawall.operating.bridge.heaviest import Heaviest
from seawall.operating.bridge.verdict_told import verdict_told
from seawall.operating.entrance_desk import FILE_NAME as ENTRANCE_FILE
from seawall.operating.entrance_desk import EntranceDesk
from seawall.operating.posture_desk import FILE_NAME as PIN_FILE
from seawall.operating.posture_desk import PostureDesk
from seawall.operating.readings import AccountReadings, AnswerReadings, EngineReadings, QueueReadings, ShieldReadings
from seawall.operating.rehearsal import Rehearsals
from seawall.people import AccountRooms
from seawall.scheduling.queue import FairQueue
from seawall.screening.shape import Screening
from seawall.settings.tree import Settings
from seawall.shield import Shield, raise_shield
from seawall.testimony import Testimony, open_testimony
from seawall.truth import Truth, seek_truth
from seawall.values.arrival import Arrival, Place
from seawall.values.piece import Outcome
from seawall.values.served import Served


@dataclass(frozen=True, slots=True)
class Inside:
    """The rooms behind the gate."""

    metrics: Metrics
    meter: UsageMeter
    ledger: Ledger
    conversations: Conversations
    library: Library
    belongings: Belongings
    jobs: Jobs
    events: AccountEvents
    answering: Answering
    desk: PostureDesk
    entrance_desk: EntranceDesk
    networks: BlockDesk
    rehearsals: Rehearsals
    bridge: Bridge
    testimony: Testimony
    forecourt: Forecourt
    shield: Shield
    challenged: Challenged
    truth: Truth

    def api_headers(self) -> Headers:
        """What every answer of the API carries that nobody is behind."""
        from seawall.web.api.standing import standing_headers

        return standing_headers(self.shield.admission, None, Place())


def open_inside(
    settings: Settings, ground: Ground, people: AccountRooms, data: Path | None, blocked: BlockList
) -> Inside:
    """The rooms behind the gate, each told to the metrics."""
    engine, records, metrics = ground.engine, ground.records, Metrics()
    meter = UsageMeter(records, unix_time=time.time)
    truth = seek_truth(settings.verdict, ground.secret, data)
    challenged = Challenged(blocked.challenges, clock=time.monotonic)
    shield = _shield(settings, engine, people, truth, blocked, challenged)
    admission, queue = shield.admission, shield.queue
    forecourt = _forecourt(settings, ground, shield, truth, blocked)
    screening, heaviest = Screening(lambda: engine.report().models), Heaviest(time.monotonic)
    jobs = Jobs(per_account=settings.limits.answers_per_account)
    answering = Answering(
        admission, screening, queue, engine, meter, metrics, time.monotonic, _ended(people, heaviest), truth.signals
    )
    for watched in (
        AnswerReadings(jobs, answering.running),
        EngineReadings(engine.report, records.report, queue.report),
        ShieldReadings(admission, queue.load),
        QueueReadings(queue.report),
        AccountReadings(people.homes, people.step_up, shield.budgets),
        forecourt,
        truth,
    ):
        metrics.watch(watched)
    events = AccountEvents()
    belongings = _belongings(settings, ground, events)
    files_of = belongings.attachments.of_branch
    desk = PostureDesk(admission, queue.load, data and data / PIN_FILE, unix_time=time.time)
    return Inside(
        metrics=metrics,
        meter=meter,
        ledger=Ledger(records, shield.budgets, unix_time=time.time),
        conversations=Conversations(records, unix_time=time.time, events=events, files_of=files_of),
        belongings=belongings,
        library=library_over(records, ground.secret, events, sharing=settings.accounts.sharing, unix_time=time.time),
        jobs=jobs,
        events=events,
        answering=answering,
        desk=desk,
        entrance_desk=EntranceDesk(
            forecourt.word, forecourt.signup, forecourt.guests, data and data / ENTRANCE_FILE, unix_time=time.time
        ),
        networks=BlockDesk(blocked),
        rehearsals=Rehearsals(data, is_calm=lambda: admission.posture is Posture.NORMAL, unix_time=time.time),
        bridge=open_bridge(settings, ground, metrics, shield, desk, forecourt, _more(truth, heaviest)),
        testimony=open_testimony(settings, ground, data, shield.admission),
        forecourt=forecourt,
        shield=shield,
        challenged=challenged,
        truth=truth,
    )


def _shield(
    settings: Settings,
    engine: Engine,
    people: AccountRooms,
    truth: Truth,
    blocked: BlockList,
    challenged: Challenged,
) -> Shield:
    return raise_shield(
        settings,
        engine,
        random=SystemRandom(),
        names_of=people.homes.names_of,
        pulled=truth.pulled,
        slowed=blocked.slows,
        challenged=challenged,
    )


def _forecourt(settings: Settings, ground: Ground, shield: Shield, truth: Truth, blocked: BlockList) -> Forecourt:
    engine = ground.engine
    return open_forecourt(
        settings.entrance,
        ground.secret,
        posture=lambda: shield.admission.posture,
        spare=lambda: _spare(engine, shield.queue),
        slots=lambda: engine.report().slots,
        random=SystemRandom(),
        challenged=blocked.challenges,
        attacked=truth.is_attack,
        harder=truth.harder,
    )


def _ended(people: AccountRooms, heaviest: Heaviest) -> Callable[[Arrival, Served], None]:
    def ended(arrival: Arrival, served: Served) -> None:
        if served.held_ms:  # Who was refused took nothing, and a flood of those is to cost nothing here.
            heaviest.add(arrival.place.network, served.held_ms)
        if served.outcome is Outcome.COMPLETE:
            people.homes.used(arrival.identity, arrival.place)

    return ended


def _more(truth: Truth, heaviest: Heaviest) -> dict[str, Callable[[], Any]]:
    """What the bridge tells beside its own instruments."""
    return {"verdict": lambda: verdict_told(truth.verdict()), "heaviest": heaviest.shown}


def _spare(engine: Engine, queue: FairQueue) -> float:
    """The part of the engine that nobody uses or waits for."""
    report, slots = queue.report(), engine.report().slots
    return 0.0 if report.waiting or not slots else max(0.0, 1 - report.held / slots)


def _belongings(settings: Settings, ground: Ground, events: AccountEvents) -> Belongings:
    return open_belongings(
        settings.files,
        ground.records,
        events,
        images=settings.limits.images,
        sees=lambda: any(offer.vision for offer in ground.engine.report().models),
    )
