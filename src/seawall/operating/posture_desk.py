"""Where operators read and pin the posture, from the command line or a page. Knows the pin's file; decides nothing.

The pin is kept in the data folder, so that a restart in the middle of an attack does not undo it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from seawall.admission.admission import Admission, AdmissionReport
from seawall.admission.posture import Pin, Posture, Stance
from seawall.observing.logs import logger
from seawall.operating.keepsake import Keepsake
from seawall.values.load import Load
from seawall.values.ticket import ServiceClass

FILE_NAME = "posture_pin.json"
COMMAND_LINE = "the command line"
# The longest pin that ends by itself: a month. Who wants longer pins without an end, and means it.
LONGEST_S = 31 * 86_400.0

WHY = {
    "": "nothing presses",
    "queue": "registered users would wait longer than promised",
    "others": "new accounts and strangers would wait longer than they stay",
    "kv": "the model's memory for running answers is full, or many questions wait in the model server",
    "loop": "the program itself is late",
    "refused": "registered users are being refused",
    "verdict": "an attack is recognised",
    "burning": "more than one in ten registered users waited too long or was refused",
}

PINNED = "an operator has set it"


def why(stance: Stance) -> str:
    """Why the posture is as it is, in words."""
    if stance.pin is not None and stance.pin.posture is stance.posture:
        return PINNED
    return WHY.get(stance.because, stance.because)


class PostureDesk:
    """One desk for the command line and the page. ``file`` is None where nothing is to be kept."""

    def __init__(
        self, admission: Admission, load: Callable[[], Load], file: Path | None, *, unix_time: Callable[[], float]
    ) -> None:
        self._admission = admission
        self._load = load
        self._kept = Keepsake(file, "posture_pin")
        self._unix_time = unix_time
        self._log = logger("operator")
        kept = _read(self._kept)
        if kept is not None:
            admission.pin(kept)
            self._log.warning("posture_pin_restored", posture=kept.posture.value, by=kept.by)

    def pin(self, posture: Posture, for_s: float | None, *, by: str) -> None:
        """Holds the posture for so long, or until it is given back. Raises OSError where it cannot be kept."""
        until_unix_s = None if for_s is None else self._unix_time() + min(for_s, LONGEST_S)
        pin = Pin(posture, until_unix_s, by)
        self._admission.pin(pin)
        self._log.warning("posture_pinned", posture=posture.value, until_unix_s=until_unix_s, by=by)
        self._kept.put(asdict(pin))

    def release(self, *, by: str) -> None:
        """Gives the posture back to the service's own judgement."""
        self._admission.pin(None)
        self._log.warning("posture_released", by=by)
        self._kept.clear()

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The control door's verb: pins as ``pin`` says (a posture, "auto", or None to only look), then shows."""
        wish = request.get("pin")
        if wish == "auto":
            self.release(by=COMMAND_LINE)
        elif wish is not None:
            self.pin(Posture(wish), request.get("for_s"), by=COMMAND_LINE)
        return self.show()

    def show(self) -> dict[str, Any]:
        """All that decides who is served now, as JSON."""
        report, load = self._admission.report(), self._load()
        return {
            **_stance(report),
            "pressure": {name: round(value, 3) for name, value in asdict(report.pressure).items()},
            "brownout": [step.value for step in report.brownout],
            "entitlement_scale": round(report.scale, 3),
            "ordinary_ms": round(report.ordinary_ms, 1),
            "prices": {
                name: {part: round(value, 4) for part, value in asdict(one).items()}
                for name, one in report.prices.by_model.items()
            },
            "price_error": round(report.prices.error, 3),
            "classes": [self._class(one, report, load) for one in ServiceClass],
            "slots": load.slots,
            "kv_use": round(load.kv_use, 3),
        }

    def _class(self, one: ServiceClass, report: AdmissionReport, load: Load) -> dict[str, Any]:
        told = load.of(one)
        return {
            "class": one.value,
            "held": told.held,
            "waiting": told.waiting,
            "expected_wait_s": round(told.expected_wait_s, 2),
            "admitted": report.admitted.get(one, 0),
            "refused": report.turned_away.get(one, 0),
            "longest_answer": self._admission.longest_answer(one),
        }


def _stance(report: AdmissionReport) -> dict[str, Any]:
    stance = report.stance
    because = "" if stance.posture is Posture.NORMAL else stance.because
    return {
        "posture": stance.posture.value,
        "since_unix_s": stance.since_unix_s,
        "because": because,
        "why": why(replace(stance, because=because)),
        "automatic": stance.automatic.value,
        "pin": None if stance.pin is None else asdict(stance.pin),
    }


def _read(keepsake: Keepsake) -> Pin | None:
    kept = keepsake.found()
    try:
        return None if kept is None else Pin(Posture(kept["posture"]), kept["until_unix_s"], str(kept["by"]))
    except (ValueError, KeyError) as error:
        return keepsake.unreadable(error)
