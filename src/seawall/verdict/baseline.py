"""What is usual at this hour of the week, learned from quiet windows. Knows numbers and hours; knows no file.

Every hour of the week has means of its own, drawn towards those of the last half hour while it rests on little
(shrinkage: the weight of an hour is what it has seen). Nothing is learned while an attack is said, and slowly while a
surge is: a patient attacker must not teach the house that a flood is usual, and who came to stay must become usual.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from seawall.values.verdict import Kind
from seawall.verdict.crowd import Networks

VERSION = 1
HOURS = 168
# Four weeks of one hour, then older weeks fade; half an hour for what is recent.
_MOST_OF_AN_HOUR, _MOST_RECENT = 4 * 360.0, 180.0
# An hour counts as much as what is recent once it has seen this many windows.
_SHRINK = 60.0
_SURGE_FACTOR = 0.1
# So many windows (two minutes) before it can be told what is usual.
ENOUGH_WINDOWS = 12.0
MOST_FINGERPRINTS = 128
NETWORKS_TURN_S = 14 * 86_400.0


class ForeignBaseline(ValueError):
    """What was read is no baseline, or one of another version."""


@dataclass(slots=True)
class Means:
    """Running means by name, over at most so many windows."""

    seen: float = 0.0
    values: dict[str, float] = field(default_factory=dict[str, float])

    def learn(self, features: Mapping[str, float], most: float, weight: float) -> None:
        """One more window; a name that is not there counts as 0."""
        self.seen = min(most, self.seen + weight)
        rate = weight / self.seen
        for name in self.values.keys() | features.keys():
            old = self.values.get(name, 0.0)
            self.values[name] = old + rate * (features.get(name, 0.0) - old)


class Baseline:
    """Means by hour of the week (UTC), recent ones, usual fingerprints and known networks."""

    def __init__(self) -> None:
        self.hours: dict[int, Means] = {}
        self.recent = Means()
        self.fingerprints: dict[int, float] = {}
        self.networks = Networks()
        self.networks_turned_s = 0.0

    def usual(self, unix_s: float) -> tuple[dict[str, float], float]:
        """What is usual at this time, and on how many windows that rests."""
        hour = self.hours.get(hour_of(unix_s), Means())
        own = hour.seen / (hour.seen + _SHRINK)
        names = hour.values.keys() | self.recent.values.keys()
        usual = {
            name: own * hour.values.get(name, 0.0) + (1 - own) * self.recent.values.get(name, 0.0) for name in names
        }
        return usual, max(hour.seen, self.recent.seen)

    def learn(
        self, unix_s: float, features: Mapping[str, float], fingerprints: Mapping[int, float], kind: Kind
    ) -> None:
        """Takes a window of which this was said. What it says of itself as a share is named in ``features``."""
        weight = {Kind.NORMAL: 1.0, Kind.SURGE: _SURGE_FACTOR, Kind.UNCLEAR: _SURGE_FACTOR}.get(kind, 0.0)
        if self.recent.seen < ENOUGH_WINDOWS and kind is Kind.UNCLEAR:
            weight = 1.0  # Little is known yet, and something must be.
        if not weight:
            return
        self.hours.setdefault(hour_of(unix_s), Means()).learn(features, _MOST_OF_AN_HOUR, weight)
        self.recent.learn(features, _MOST_RECENT, weight)
        rate = weight / max(1.0, self.recent.seen)
        for number in self.fingerprints.keys() | fingerprints.keys():
            old = self.fingerprints.get(number, 0.0)
            self.fingerprints[number] = old + rate * (fingerprints.get(number, 0.0) - old)
        if len(self.fingerprints) > MOST_FINGERPRINTS:
            kept = sorted(self.fingerprints, key=self.fingerprints.__getitem__)[-MOST_FINGERPRINTS // 2 :]
            self.fingerprints = {number: self.fingerprints[number] for number in kept}
        if unix_s - self.networks_turned_s > NETWORKS_TURN_S:
            self.networks.turn()
            self.networks_turned_s = unix_s

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "version": VERSION,
            "hours": {str(hour): _told(means) for hour, means in sorted(self.hours.items())},
            "recent": _told(self.recent),
            "fingerprints": {str(number): round(share, 5) for number, share in self.fingerprints.items()},
            "networks": [b64encode(part).decode() for part in (self.networks.now, self.networks.before)],
            "networks_turned_s": self.networks_turned_s,
        }


def baseline_of(told: Any) -> Baseline:
    """A baseline as it was told. Raises ForeignBaseline."""
    try:
        if told["version"] != VERSION:
            raise ForeignBaseline(f"it has version {told['version']}, this program reads {VERSION}")
        baseline = Baseline()
        baseline.hours = {int(hour) % HOURS: _means(means) for hour, means in told["hours"].items()}
        baseline.recent = _means(told["recent"])
        baseline.fingerprints = {int(number): _finite(share) for number, share in told["fingerprints"].items()}
        now, before = (b64decode(part, validate=True) for part in told["networks"])
        baseline.networks = Networks(now, before)
        baseline.networks_turned_s = _finite(told["networks_turned_s"])
    except ForeignBaseline:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForeignBaseline(f"it is no baseline ({error!r})") from error
    return baseline


def hour_of(unix_s: float) -> int:
    """0 to 167, in UTC; any number of seconds has one."""
    return int(unix_s // 3600) % HOURS


def _told(means: Means) -> dict[str, Any]:
    return {
        "seen": round(means.seen, 3),
        "values": {name: float(f"{value:.5g}") for name, value in sorted(means.values.items())},
    }


def _means(told: Any) -> Means:
    values = {str(name): _finite(value) for name, value in told["values"].items()}
    return Means(max(0.0, _finite(told["seen"])), values)


def _finite(told: Any) -> float:
    """JSON knows no infinity, but Python's reader does: one would poison every mean after it."""
    value = float(told)
    if not isfinite(value):
        raise ValueError(f"{value} is no mean")
    return value
