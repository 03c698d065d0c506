"""Which findings carry a verdict, and which would turn it. Knows features and weights; knows no sentence."""

from __future__ import annotations

from collections.abc import Mapping

from seawall.values.verdict import Evidence, Kind, Verdict
from seawall.values.window import Window
from seawall.verdict.baseline import ENOUGH_WINDOWS
from seawall.verdict.estimate import Estimate
from seawall.verdict.proportions import Beyond
from seawall.verdict.weights import WEIGHTS

MOST, MOST_TOGETHER, MOST_TURNING = 8, 2, 3
# A part of the newcomers that differs less from what is usual says nothing.
LEAST_DIFFERENCE = 0.08
STEP, RAMP = 3.0, 1.25


def evidence_of(window: Window, found: Estimate, beyond: Mapping[str, Beyond], grown: float) -> tuple[Evidence, ...]:
    """The strongest findings. ``grown`` is how many times the requests of the window before have come."""
    told = [*_growth(window, found, grown), *_together(window, beyond), *_traits(window)]
    told.sort(key=lambda one: -abs(one.weight))
    return tuple(told[:MOST])


def _growth(window: Window, found: Estimate, grown: float) -> list[Evidence]:
    told: list[Evidence] = []
    usual = window.usual.get("identities", 0.0)
    if window.rests_on and usual >= 1 and abs(window.identities - usual) > 0.25 * usual:
        numbers = {"now": window.identities, "usual": usual, "times": window.identities / usual}
        told.append(Evidence("identities", 0.0, numbers))
    if window.rests_on and grown >= STEP:
        told.append(Evidence("step", 0.6, {"times": grown}))
    elif window.rests_on and grown >= RAMP:
        told.append(Evidence("ramp", -0.3, {"times": grown}))
    named = [(one, p) for one, p in zip(window.clusters, found.hostile, strict=True) if one.network and p > 0.85]
    if named:
        worst = max(named, key=lambda one: one[0].requests)[0]
        share = worst.requests / max(1, window.requests)
        told.append(Evidence("network_cluster", 0.5 + share, {"identities": worst.identities, "share": share}))
    return told


def _together(window: Window, beyond: Mapping[str, Beyond]) -> list[Evidence]:
    """What newcomers do together more than a crowd would, by the part of all askers that no crowd explains."""
    told = [
        Evidence(f"beyond.{name}", one.worth * one.part, one.numbers) for name, one in beyond.items() if one.worth > 0
    ]
    return sorted(told, key=lambda one: -one.weight)[:MOST_TOGETHER]


def _traits(window: Window) -> list[Evidence]:
    """What newcomers do otherwise than newcomers use to, each weighed by how much it speaks for either side."""
    told: list[Evidence] = []
    known = window.rests_on >= ENOUGH_WINDOWS
    for name, weight in WEIGHTS.items():
        now, usual = window.features.get(name, 0.0), window.usual.get(name, 0.0) if known else 0.0
        if not name.startswith("standing.") and now - usual > LEAST_DIFFERENCE:
            # Before it is known what is usual, no figure stands for it: nought would be one.
            numbers = {"now": now, "usual": usual} if known else {"now": now}
            told.append(Evidence(name, weight * (now - usual), numbers))
    return told


def would_change(
    window: Window, found: Estimate, beyond: Mapping[str, Beyond], verdict: Verdict
) -> tuple[Evidence, ...]:
    """Levels of traits that are not as the other kind would have them, the strongest first.

    ``needed`` is the part of the newcomers that would have to show it: as many as make the hostile part what the other
    verdict would have it.
    """
    hostile = verdict.kind in (Kind.ATTACK, Kind.BOTH)
    turning: list[Evidence] = []
    for name, weight in WEIGHTS.items():
        speaks_against = weight < -0.35 if hostile else weight > 0.9
        if not speaks_against or name.startswith(("standing.", "network.", "hour.")):
            continue
        now = window.features.get(name, 0.0)
        needed = min(0.95, max(now + 0.3, found.share if hostile else 0.3))
        if needed - now > 0.2:
            turning.append(Evidence(name, weight, {"now": now, "needed": needed}))
    turning.sort(key=lambda one: -abs(one.weight) * (one.numbers["needed"] - one.numbers["now"]))
    if hostile:
        turning = [*[one for one in _together(window, beyond) if "most" in one.numbers][:1], *turning]
    return tuple(turning[:MOST_TURNING])
