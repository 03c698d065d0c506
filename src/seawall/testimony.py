"""Joins the public log with what it tells of. Knows who can tell what; holds no logic of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from seawall.accounts.secret_file import SecretFileError, log_seed
from seawall.admission.admission import LOOK_S, Admission
from seawall.ground import Ground, StartError
from seawall.observing.heartbeat import Heartbeat
from seawall.observing.metrics import Plain, Totals
from seawall.operating.posture_desk import why
from seawall.records.port import Records, RecordsUnavailable
from seawall.records.status_entries import BannerRow
from seawall.safeguards.book import LogBook
from seawall.safeguards.configuration import settings_told, since_last
from seawall.safeguards.log_entry import EntryKind, Facts
from seawall.safeguards.operator_names import THE_COMMAND_LINE, OperatorNames
from seawall.safeguards.public_log import PublicLog
from seawall.safeguards.report.desk import Reports
from seawall.safeguards.report.gathering import around
from seawall.safeguards.windows import Windows
from seawall.settings.listing import all_settings, is_secret, masked
from seawall.settings.tree import Settings
from seawall.status.announcements import MaintenanceEdit
from seawall.status.edits_told import edit_told
from seawall.status.incidents import Edit, Incident, Words
from seawall.status.snapshot import LogHead
from seawall.truth import Truth

T = TypeVar("T")

VERB = "log"
_RETRY_S = 5.0
# A model server tells what it has within a second or two of being there.
_MODELS_S = 1.0


class Testimony:
    """The log of this service, and what it hears by itself: the posture, at a start the settings, and the models.

    ``models`` tells what the engines offer; None until one has told.
    """

    def __init__(
        self,
        log: PublicLog,
        records: Records,
        settings: Facts,
        models: Callable[[], Facts | None],
        admission: Admission,
    ) -> None:
        self.log = log
        self._records = records
        self._settings = settings
        self._models = models
        self._admission = admission
        self._last = admission.posture
        self._windows: Windows | None = None
        self._look = Heartbeat(lambda _: self.look(), every_s=LOOK_S)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to listen, on the running loop."""
        self.log.start()
        self._look.start()
        if self._windows is not None:
            self._windows.start()
        self._task = asyncio.create_task(self._tell_configuration(), name="public log: settings")

    async def close(self) -> None:
        """Appends what waits. Idempotent."""
        self._look.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._windows is not None:
            await self._windows.close()
        await self.log.close()

    def keep_windows(
        self,
        truth: Truth,
        totals: Callable[[], Totals],
        turned_away: Callable[[], Mapping[str, float]],
        incidents: Callable[[], Iterable[Incident]],
    ) -> None:
        """Listens to verdicts: their windows are kept, those of ``incidents`` for longer."""
        self._windows = Windows(
            self._records,
            self.log.append,
            before=lambda: _state_before(truth),
            totals=totals,
            turned_away=turned_away,
            incidents=lambda: [around(one.row.opened_s, one.row.resolved_s) for one in incidents()],
        )
        truth.listen(self._windows.on_window)

    def reports(self, find: Callable[[str], Incident | None]) -> Reports:
        """Where operators ask for reports of incidents."""

        def times_of(incident_id: str) -> tuple[float, float] | None:
            incident = find(incident_id)
            return None if incident is None else around(incident.row.opened_s, incident.row.resolved_s)

        return Reports(self.log, self._records, times_of, time.time, self._flush)

    def told(self, kind: str, facts: Facts, by: str = "") -> None:
        """What another room has to say; ``by`` is the account of the operator who did it."""
        self.log.append(kind, facts, by=by)

    def noted(self, edit: Edit | MaintenanceEdit | BannerRow, by: str) -> None:
        """What the status page was told: each edit of an incident, of maintenance or of the banner."""
        if isinstance(edit, Edit) and self._windows is not None:
            self._windows.seal()
        kind, facts = edit_told(edit)
        self.told(kind, facts, by)

    def head(self) -> LogHead | None:
        """The newest signed head, for the status page."""
        standing = self.log.standing()
        if not standing.size:
            return None
        root = self.log.book.audit.tree.root(standing.size).hex()
        return LogHead(standing.size, root, standing.at_s, standing.note)

    def readings(self) -> Iterable[Plain]:
        """For the metrics."""
        standing = self.log.standing()
        read_only = float(standing.fault is not None)
        yield "gauge", "seawall_public_log_entries", "Entries under the newest signed head.", standing.size
        yield "gauge", "seawall_public_log_read_only", "1 once an entry is not what was signed.", read_only
        yield "gauge", "seawall_public_log_waiting", "Entries that wait to be kept.", standing.waiting
        yield "counter", "seawall_public_log_lost", "Entries that were not kept.", standing.lost

    def trouble_told(self) -> Words | None:
        """The same as ``trouble`` for the status page's readers; None for nothing."""
        fault = self.log.standing().fault
        return None if fault is None else Words(str(fault), fault.zh)

    def trouble(self) -> str:
        """Why nothing is appended any more; empty where all is well."""
        fault = self.log.standing().fault
        return "" if fault is None else str(fault)

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The control door's verb: what a command did; or that it is about to read, and wants the newest."""
        if request.get("flush"):
            await self._flush()
            return {}
        self.told(EntryKind.OPERATOR_ACTION, dict(request["facts"]), THE_COMMAND_LINE)
        return {}

    async def _flush(self) -> None:
        if self._windows is not None:
            await self._windows.flush()

    def look(self) -> None:
        """Tells of the posture if it has changed."""
        posture, before = self._admission.posture, self._last
        if posture is before:
            return
        self._last = posture
        report = self._admission.report()
        stance = report.stance
        facts = {
            "posture": posture.value,
            "before": before.value,
            "why": why(stance),
            "pinned": stance.pin is not None,
            "pressure": {name: round(value, 3) for name, value in asdict(report.pressure).items()},
        }
        self.log.append(EntryKind.POSTURE, facts)

    async def _tell_configuration(self) -> None:
        """The settings once, as they hold until the next start; the models as often as they change: a model server
        tells them when it is there, and may be given others while it runs."""
        await self._tell_change(EntryKind.SETTINGS, self._settings)
        told: Facts | None = None
        while True:
            now = self._models()
            if now is not None and now != told:
                await self._tell_change(EntryKind.MODELS, now)
                told = now
            await asyncio.sleep(_MODELS_S)

    async def _tell_change(self, kind: str, now: Facts) -> None:
        facts = await self._since_last(kind, now)
        if facts is not None:
            await self.log.append(kind, facts)

    async def _since_last(self, kind: str, now: Facts) -> Facts | None:
        while True:
            with suppress(RecordsUnavailable):
                return await since_last(self._records, kind, now)
            await asyncio.sleep(_RETRY_S)


def open_testimony(settings: Settings, ground: Ground, data: Path | None, admission: Admission) -> Testimony:
    """The log of this service, not started; without ``data`` its key follows from the secret. Raises StartError."""
    try:
        seed = sha256(b"public log" + ground.secret).digest() if data is None else log_seed(data)
    except SecretFileError as error:
        raise StartError(str(error)) from error
    book = LogBook(ground.records, seed, unix_time=time.time)
    log = PublicLog(book, name_of=OperatorNames(ground.records).of, unix_time=time.time)
    told = _settings(settings, ground.secret)
    return Testimony(log, ground.records, told, lambda: _models(settings, ground), admission)


def _state_before(truth: Truth) -> Mapping[str, Any]:
    said = truth.said()
    return {} if said is None else said.before.told()


def _settings(settings: Settings, secret: bytes) -> Facts:
    values = {one.path: reduce(getattr, one.path.split("."), settings) for one in all_settings()}
    texts = {path: masked(path, value) for path, value in values.items() if not is_secret(path)}
    return settings_told(values, texts, sha256(b"settings told" + secret).digest())


def _models(settings: Settings, ground: Ground) -> Facts | None:
    """By the names under which they are served, and the hash of our own; of a model server elsewhere its address is
    nobody's business, nor which of a pool is away at the moment. None until an engine has told what it has.
    """
    report = ground.engine.report()
    names = sorted({offer.id for one in report.members or (report,) for offer in one.models})
    if not names:
        return None
    engines = sorted({one if one == "local" else one.partition(":")[0] for one in settings.engine.use})
    kinds = ["elsewhere" if one in ("http", "https") else one for one in engines]
    return {"models": names, "engines": sorted(set(kinds)), "sha256": ground.model_sha256 or "unknown"}
