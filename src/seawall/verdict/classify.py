"""Finds a verdict from windows alone, so that a stranger can find it again. Knows neither clock nor traffic.

``state, verdict = classify(state, window)`` is a pure function; ``replay`` runs it over published windows.

Two sums are kept, one for attack and one for surge (CUSUM; Page, "Continuous inspection schemes", 1954). Each grows by
what a window gains over what is usual, less an allowance, and never falls below nothing. One clear window is enough to
pass the bound, several faint ones are too, and no single odd one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from math import log, sqrt
from typing import Any

from seawall.values.verdict import Kind, Share, Verdict
from seawall.values.window import Window
from seawall.verdict.baseline import ENOUGH_WINDOWS
from seawall.verdict.estimate import Estimate, estimate
from seawall.verdict.findings import evidence_of, would_change
from seawall.verdict.proportions import beyond_honest

VERSION = 1
# Strangers who knock at every door of the internet are there on every day; what they are here is learned from then on.
USUAL_HOSTILE = 0.03
# A service that only programs use looks hostile on every day, and is not.
MOST_USUAL = 0.99
# In nats. The allowance is what a quiet window gains by chance, the bound what an honest week does not reach.
ATTACK_ALLOWANCE, ATTACK_BOUND = 1.0, 4.0
SURGE_ALLOWANCE, SURGE_BOUND = 3.0, 4.0
# So that the end is seen as soon as the beginning: three quiet windows undo what a siege has summed up.
MOST_SUM, FALLING = 2.5, 0.6
# A hostile part below this is the weather, a crowd below this much more than usual an ordinary Monday.
LEAST_ATTACK, LEAST_SURGE = 0.03, 1.6
# One page is about so many requests, which come together.
REQUESTS_OF_ONE = 12.0
# One or two who ask less than twice a second are somebody who tries something out. Before it is known what is
# usual, a script that sets a service up looks like an attack, so only a crowd is one.
FEW_ASKERS, FEW_REQUESTS, CROWD_AT_FIRST = 3.0, 20.0, 20.0
# Of an attack's askers as many may have been taken for people: a crowd is what is more than those.
LEAKING = 0.05
# Below so many askers or requests more than usual nothing is called by a large name.
LEAST_ASKERS, LEAST_REQUESTS = 12.0, 5.0
NINETY = 1.64
# What the model itself may be wrong by, beyond chance: measured on the kinds that it was tuned on.
MODEL_ERROR = 0.04
# What is hostile varies by no more than this from one quiet window to the next.
QUIET_ERROR = 0.04


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered from window to window. ``State()`` is the state of who has seen none."""

    kind: Kind = Kind.UNCLEAR
    since_s: float = 0.0
    attack_sum: float = 0.0
    surge_sum: float = 0.0
    requests: float = 0.0
    """Of the window before, to tell a step from a ramp."""

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {"version": VERSION, **asdict(self)}


def state_of(told: Mapping[str, Any]) -> State:
    """A state as it was told. Raises ValueError for what is none of this version."""
    try:
        if told["version"] != VERSION:
            raise ValueError(f"This state has version {told['version']}; this program reads {VERSION}.")
        sums = {name: float(told[name]) for name in ("since_s", "attack_sum", "surge_sum", "requests")}
        return State(kind=Kind(told["kind"]), **sums)
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is no state: {error!r}.") from error


def classify(state: State, window: Window) -> tuple[State, Verdict]:
    """What is said after this window."""
    hostile = max(USUAL_HOSTILE, min(MOST_USUAL, 1.5 * window.usual.get("hostile", 0.0)))
    beyond = beyond_honest(window)
    found = estimate(window.clusters, hostile, beyond)
    attack_sum = _sum(state.attack_sum, _attack_gain(found, window, hostile), ATTACK_ALLOWANCE, ATTACK_BOUND)
    surge_sum = _sum(state.surge_sum, _surge_gain(found, window), SURGE_ALLOWANCE, SURGE_BOUND)
    kind = _kind(
        found, window, attacked=attack_sum >= ATTACK_BOUND and is_large(found, window), surged=surge_sum >= SURGE_BOUND
    )
    since_s = state.since_s if kind is state.kind and state.since_s else window.to_s
    now = State(kind, since_s, attack_sum, surge_sum, float(window.requests))
    quiet = kind is Kind.NORMAL
    attack, surge = attack_share(found, quiet=quiet), surge_share(found, window, quiet=quiet)
    verdict = Verdict(kind, window.to_s, since_s, attack, surge)
    grown = window.requests / state.requests if state.requests else 1.0
    return now, replace(
        verdict,
        evidence=evidence_of(window, found, beyond, grown),
        would_change=would_change(window, found, beyond, verdict),
    )


def replay(state: State, windows: Iterable[Window]) -> list[Verdict]:
    """The verdicts of these windows in their order."""
    verdicts: list[Verdict] = []
    for window in windows:
        state, verdict = classify(state, window)
        verdicts.append(verdict)
    return verdicts


def _sum(before: float, gain: float, allowance: float, bound: float) -> float:
    """Falls by its own part once nothing is gained, or an attack of an hour would be told of for an hour after."""
    if gain <= 0:
        before *= FALLING
    return min(MOST_SUM * bound, max(0.0, before + gain - allowance))


def is_large(found: Estimate, window: Window) -> bool:
    """Whether what is hostile is more than somebody's first script."""
    if window.rests_on < ENOUGH_WINDOWS:
        return found.hostile_identities >= CROWD_AT_FIRST
    return found.hostile_identities >= FEW_ASKERS or found.share * window.requests >= FEW_REQUESTS


def _attack_gain(found: Estimate, window: Window, usual: float) -> float:
    """By the askers, or by what they ask: one address that floods is one asker."""
    if found.share < LEAST_ATTACK or found.share * window.requests < LEAST_REQUESTS:
        return 0.0
    beyond = max(0.0, found.share - usual) / sqrt(found.share_error**2 + MODEL_ERROR**2)
    return max(found.gain, beyond**2 / 2)


def _surge_gain(found: Estimate, window: Window) -> float:
    """Of honest askers or of their requests, whichever are more than usual: a school stands behind one address."""
    if window.rests_on < ENOUGH_WINDOWS:
        return 0.0
    usual = window.usual
    people = found.honest_identities - LEAKING * found.hostile_identities
    # Who is looked at stands for so many, and chance weighs as much more.
    scale = window.scale
    spread = max(scale, usual.get("spread", 1.0))
    askers = _excess(people, usual.get("identities", 0.0), spread, LEAST_ASKERS * scale)
    spread = max(REQUESTS_OF_ONE * scale, usual.get("requests_spread", 1.0))
    least = REQUESTS_OF_ONE * LEAST_ASKERS * scale
    requests = _excess(found.peoples_requests, usual.get("requests", 0.0), spread, least)
    return max(askers, requests)


def _excess(come: float, usual: float, spread: float, least: float) -> float:
    """By how many nats so many are likelier under their own mean than under the usual one (Poisson), divided by how
    much more than Poisson's their number varies on quiet days."""
    usual = max(1.0, usual)
    if come < LEAST_SURGE * usual or come - usual < least:
        return 0.0
    return (come * log(come / usual) - (come - usual)) / max(1.0, spread)


def _kind(found: Estimate, window: Window, *, attacked: bool, surged: bool) -> Kind:
    if attacked and surged:
        return Kind.BOTH
    if attacked:
        return Kind.ATTACK
    crowd = window.identities > 4 * LEAST_ASKERS
    if surged:
        return Kind.UNCLEAR if found.undecided > 0.5 else Kind.SURGE
    if crowd and window.rests_on < ENOUGH_WINDOWS:
        return Kind.UNCLEAR
    return Kind.NORMAL


def attack_share(found: Estimate, *, quiet: bool) -> Share:
    """The hostile part of the requests."""
    return _share(found.share, sqrt(found.share_error**2 + MODEL_ERROR**2), quiet=quiet)


def surge_share(found: Estimate, window: Window, *, quiet: bool) -> Share:
    """The part that is honest and beyond what is usual."""
    usual = window.usual.get("requests", 0.0) if window.rests_on else found.honest_requests
    beyond = max(0.0, found.honest_requests - usual) / window.requests if window.requests else 0.0
    chance = sqrt(usual) / window.requests if window.requests else 0.0
    return _share(min(1.0, beyond), sqrt(found.share_error**2 + MODEL_ERROR**2 + chance**2), quiet=quiet)


def _share(middle: float, error: float, *, quiet: bool) -> Share:
    """With the ends of 90 %. A handful of people in ten seconds tell little by themselves; but where nothing is wrong,
    it is known besides how little is hostile on quiet hours.
    """
    if quiet:
        error = 1 / sqrt(1 / error**2 + 1 / QUIET_ERROR**2)
    return Share(max(0.0, middle - NINETY * error), middle, min(1.0, middle + NINETY * error))
