"""What a scrape is told of the shield. Knows the reports of door and queue; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from dataclasses import asdict

from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.step_up import StepUp
from seawall.admission.admission import Admission, AdmissionReport
from seawall.admission.budget import Budgets
from seawall.engines.port import EngineReport
from seawall.observing.metrics import Labelled, Plain
from seawall.records.port import RecordsReport
from seawall.scheduling.queue import QueueReport
from seawall.values.load import Load
from seawall.values.refusal import Reason
from seawall.values.ticket import ServiceClass

Readings = Iterable[Plain | Labelled]
# Shown from the start, so that a graph of a rate has a zero to rise from.
_USUAL = (Reason.NO_ROOM.code, Reason.SHARE_USED.code)


class ShieldReadings:
    """Each is read at a scrape only."""

    def __init__(self, admission: Admission, load: Callable[[], Load]) -> None:
        self._admission = admission
        self._load = load

    def readings(self) -> Readings:
        report = self._admission.report()
        yield from _stance(report)
        yield from _decisions(report)
        yield from _prices(report)
        yield from _classes(self._load())


def _stance(report: AdmissionReport) -> Readings:
    yield "gauge", "seawall_posture", "0 normal, 1 elevated, 2 siege.", report.stance.posture.step
    yield "gauge", "seawall_posture_pinned", "1 while an operator has pinned it.", float(report.stance.pin is not None)
    for part, value in asdict(report.pressure).items():
        yield "gauge", "seawall_pressure", "How hard each part presses; 1 is the bound.", value, {"part": part}
    yield "gauge", "seawall_brownout_steps", "Steps of the brownout ladder that are taken.", len(report.brownout)
    yield "gauge", "seawall_entitlement_scale", "What part of their entitlements accounts have now.", report.scale


def _decisions(report: AdmissionReport) -> Readings:
    text = "Questions that the door gave a ticket, by class."
    for one in ServiceClass:
        yield "counter", "seawall_admitted", text, report.admitted.get(one, 0), {"service_class": one.value}
    text = "Questions that the door refused, by class and code."
    counts = {(one, code): 0 for one in ServiceClass for code in _USUAL} | dict(report.refused)
    for (one, code), count in counts.items():
        yield "counter", "seawall_door_refused", text, count, {"service_class": one.value, "code": code}
    yield "counter", "seawall_eased", "Questions of which something was eased.", report.eased


def _prices(report: AdmissionReport) -> Readings:
    text = "Engine-milliseconds a request, prompt token, output token and 1000 KV reads, as learned."
    for model, one in report.prices.by_model.items():
        for part, value in asdict(one).items():
            yield "gauge", "seawall_price_ms", text, value, {"model": model, "part": part.removesuffix("_ms")}
    yield "gauge", "seawall_price_error", "Mean of |predicted - held| / held of late.", report.prices.error
    yield "gauge", "seawall_ordinary_question_ms", "The median question's price in engine-ms.", report.ordinary_ms


def _classes(load: Load) -> Readings:
    for one in ServiceClass:
        told, labels = load.of(one), {"service_class": one.value}
        yield "gauge", "seawall_class_waiting", "Questions waiting, by class.", told.waiting, labels
        yield "gauge", "seawall_class_held", "Slots held, by class.", told.held, labels
        text = "What a new asker's ordinary question would wait, by class."
        yield "gauge", "seawall_class_expected_wait_seconds", text, told.expected_wait_s, labels


class AccountReadings:
    """What is noted of accounts, and what they may use."""

    def __init__(self, homes: Homes, step_up: StepUp, budgets: Budgets) -> None:
        self._homes = homes
        self._step_up = step_up
        self._budgets = budgets

    def readings(self) -> Readings:
        homes, step_up, budgets = self._homes, self._step_up, self._budgets
        yield "gauge", "seawall_homes_waiting", "Places noted that are not written down yet.", homes.waiting
        for outcome, count in step_up.outcomes.items():
            text = "Attempts to confirm an account away from home, by outcome."
            yield "counter", "seawall_step_ups", text, count, {"outcome": outcome}
        yield "counter", "seawall_budget_refused", "Questions refused as a budget was spent.", budgets.refused
        yield "gauge", "seawall_budget_accounts", "Accounts whose use is counted in memory.", budgets.counted
        text = "Accounts whose use before the start the records have not told yet."
        yield "gauge", "seawall_budget_unknown", text, len(budgets.wanted())


class QueueReadings:
    """What the queue has done since the start."""

    def __init__(self, report: Callable[[], QueueReport]) -> None:
        self._report = report

    def readings(self) -> Readings:
        report = self._report()
        yield "gauge", "seawall_queue_slots", "Slots that may be held now: the engine's, or as learned.", report.slots
        text = "Classes that may come to the queue, 6 for all; the last of them by the part after the point."
        yield "gauge", "seawall_queue_open_classes", text, report.open_classes
        for one, tally in report.by_class.items():
            labels = {"service_class": one.value}
            yield "counter", "seawall_queue_granted", "Slots granted, by class.", tally.granted, labels
            text = "Seconds that the granted waited for their slots, by class."
            yield "counter", "seawall_queue_waited_seconds", text, tally.waited_s, labels
            text = "Seconds that slots were held, by class."
            yield "counter", "seawall_queue_held_seconds", text, tally.held_ms / 1000, labels
            text = "Answers that were asked to end early for somebody who waits, by class."
            yield "counter", "seawall_queue_gave_way", text, tally.gave_way, labels
            text = "Questions that the queue refused, by class and code."
            for code in _USUAL:
                yield "counter", "seawall_queue_refused", text, tally.refused[code], {**labels, "code": code}


class AnswerReadings:
    """What is being answered; a job goes on though nobody hears it."""

    def __init__(self, jobs: Sized, running: Sized) -> None:
        self._jobs = jobs
        self._running = running

    def readings(self) -> Readings:
        text = "Questions being answered or in line, of the chat app and the API."
        yield "gauge", "seawall_answers", text, len(self._running)
        yield "gauge", "seawall_jobs", "Those of the chat app, whether or not anybody hears them.", len(self._jobs)


class EngineReadings:
    """How engine, queue and records are."""

    def __init__(
        self, engine: Callable[[], EngineReport], records: Callable[[], RecordsReport], queue: Callable[[], QueueReport]
    ) -> None:
        self._engine = engine
        self._records = records
        self._queue = queue

    def readings(self) -> Iterable[Plain]:
        engine, records, queue = self._engine(), self._records(), self._queue()
        yield "gauge", "seawall_engine_ready", "1 when the engine can answer.", float(engine.ready)
        yield "gauge", "seawall_engine_slots", "Questions the engine answers at once.", engine.slots
        yield "gauge", "seawall_engine_in_flight", "Questions the engine is answering.", engine.in_flight
        yield "counter", "seawall_engine_restarts", "Times the engine was started again.", engine.restarts
        yield "gauge", "seawall_queue_waiting", "Questions waiting for a slot.", queue.waiting
        yield "gauge", "seawall_queue_held", "Slots held.", queue.held
        yield "gauge", "seawall_recorder_lag_seconds", "Age of the oldest change not durable yet.", records.lag_s
        yield "gauge", "seawall_recorder_waiting", "Changes that wait to become durable.", records.waiting
        yield "gauge", "seawall_records_healthy", "1 when the records can be written.", float(records.healthy)
        yield "counter", "seawall_recorder_commits", "Commits by the recorder.", records.commits
        yield "counter", "seawall_recorder_changes", "Changes made durable by the recorder.", records.changes
