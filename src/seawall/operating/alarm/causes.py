"""What an operator is woken for, found in one reading of the bridge. Pure functions; knows no time and no mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# The promise: ninety-nine of a hundred, within its time. Of fewer questions a minute, one is no proof of anything.
LEAST_SERVED = 0.99
LEAST_ASKED = 20
# Below either, a database stops taking writes soon.
LEAST_FREE = 0.05
LEAST_FREE_BYTES = 512 * 1024 * 1024


class Cause(StrEnum):
    """One alarm goes on as long as its cause does."""

    PROMISE = "promise"
    ENGINE = "engine"
    MEMBER = "member"
    DATABASE = "database"
    DISK = "disk"
    SIEGE = "siege"
    ELEVATED = "elevated"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Room:
    """What is left on the disk of the data folder."""

    free_bytes: int
    all_bytes: int

    @property
    def is_scarce(self) -> bool:
        """Whether writes may fail soon."""
        return self.free_bytes < LEAST_FREE_BYTES or self.free_bytes < LEAST_FREE * self.all_bytes


@dataclass(frozen=True, slots=True)
class Found:
    """A cause with what fills its sentence. Two of one cause are told apart by ``about``, such as a pool's member."""

    cause: Cause
    about: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict[str, Any])


def causes_in(reading: Mapping[str, Any], room: Room | None, log_trouble: str = "") -> Iterator[Found]:
    """All that is amiss in a reading."""
    yield from _promise(reading["promise"])
    yield from _engines(reading["engine"])
    records = reading["records"]
    if not records["healthy"]:
        yield Found(Cause.DATABASE, numbers={"why": records["trouble"] or "it is not healthy"})
    if room is not None and room.is_scarce:
        yield Found(
            Cause.DISK, numbers={"free_mib": room.free_bytes // 2**20, "part": room.free_bytes / room.all_bytes}
        )
    posture = reading["shield"]["posture"]
    if posture != "normal":
        cause = Cause.SIEGE if posture == "siege" else Cause.ELEVATED
        shield = reading["shield"]
        because = "pinned" if shield.get("pin") else shield.get("because", "")
        yield Found(cause, numbers={"why": shield["why"], "because": because})
    if log_trouble:
        yield Found(Cause.LOG, numbers={"why": log_trouble})


def _promise(told: Mapping[str, Any]) -> Iterator[Found]:
    if told["asked"] < LEAST_ASKED:
        return
    late = (told["first_token_p95_s"] or 0.0) > told["within_s"]
    if late or told["success"] < LEAST_SERVED:
        numbers = {"success": told["success"], "p95_s": told["first_token_p95_s"] or 0.0, "within_s": told["within_s"]}
        yield Found(Cause.PROMISE, numbers=numbers)


def _engines(engine: Mapping[str, Any]) -> Iterator[Found]:
    if not engine["ready"]:
        troubles = [one["trouble"] for one in engine["members"] if one["trouble"]]
        yield Found(Cause.ENGINE, numbers={"why": troubles[0] if troubles else "it is not ready"})
        # Of a pool each is told still, or the first that was lost would seem to be back once all are.
        if len(engine["members"]) == 1:
            return
    for one in engine["members"]:
        if not one["ready"]:
            yield Found(Cause.MEMBER, one["name"], {"name": one["name"], "why": one["trouble"] or "it is not ready"})
