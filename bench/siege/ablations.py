"""What each part of the shield buys: settings that turn one part off. Knows settings by name; plays nothing."""

from __future__ import annotations

from typing import Any

from seawall.settings.listing import all_settings

HOME = "home"
"""Needs no setting: the thieves' places are written down as homes."""
# No setting is there for the siege's sake: each is an operator's, at the end of its range.
ABLATIONS: dict[str, dict[str, Any]] = {
    HOME: {},
    "entitlement": {
        "admission.norm_share": 64.0,
        "admission.entitlement_factor": 100.0,
        "admission.entitlement_burst": 1000.0,
    },
    "reserve": {"queue.reserve": 0.0, "queue.reserve_within": 0.0, "queue.headroom": 0.0, "queue.kv_share": 1.0},
    "giving-way": {"queue.giving_way": False},
    "deadline": {"queue.deadline": False},
    "brownout": {"admission.brownout_shorter": False, "admission.brownout_effort": False},
    "caps": {
        f"admission.{posture}_tokens_{who}": 0 for posture in ("elevated", "siege") for who in ("c1b", "c2", "guest")
    },
    "retries": {"admission.retry_share": 1.0},
    "gate": {
        "edge.stranger_rate": 1e6,
        "edge.stranger_burst": 1e7,
        "edge.unproven_rate": 1e6,
        "edge.connections_per_stranger_network": 1_000_000,
        "edge.connections_per_network": 1_000_000,
    },
}


def settings_without(parts: tuple[str, ...]) -> dict[str, Any]:
    """The settings that leave these parts out. Raises SystemExit for an unknown part."""
    known = {setting.path for setting in all_settings()}
    settings: dict[str, Any] = {}
    for part in parts:
        if part not in ABLATIONS:
            raise SystemExit(f"There is no part {part!r}; there are {', '.join(ABLATIONS)}.")
        settings |= ABLATIONS[part]
    gone = settings.keys() - known
    if gone:
        raise ValueError(f"The settings {', '.join(sorted(gone))} are no more: correct bench/siege/ablations.py.")
    return settings
