"""What follows from a report's material: the timeline, who came, what was said, refused and felt. Knows no page.

A pure function of the material, so that a stranger's program comes to the same as ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from seawall.safeguards.log_entry import EntryKind, LogEntry
from seawall.safeguards.report.material import Material
from seawall.safeguards.window_records import digest_of

MOST_CLUSTERS = 30
Told = dict[str, Any]
Seen = Sequence[Mapping[str, Any]]


def findings(material: Material) -> Told:
    """All of it, as JSON. Raises BadMaterial."""
    entries, windows = material.told(), material.seen()
    verdicts = [(position, entry) for position, entry in entries if entry.kind == EntryKind.VERDICT]
    return {
        "about": {name: getattr(material.about, name) for name in material.about.__slots__},
        "timeline": [_moment(position, entry) for position, entry in entries if entry.kind not in _NOT_IN_TIMELINE],
        "verdicts": _changes(windows),
        "clusters": _clusters(windows),
        "refused": _refused(windows),
        "felt": _felt(windows),
        "over_time": [_point(one) for one in windows],
        "windows_missing": _missing(verdicts, material, windows),
    }


# Told on their own, or of how the log is kept.
_NOT_IN_TIMELINE = (EntryKind.VERDICT, EntryKind.KEY)


def _moment(position: int, entry: LogEntry) -> Told:
    return {"position": position, "at_s": entry.at_s, "kind": entry.kind, "facts": entry.facts}


def _changes(windows: Seen) -> list[Told]:
    """The first verdict of each kind in a row, with the evidence that it was said with."""
    changes: list[Told] = []
    for one in windows:
        verdict = one["verdict"]
        if not changes or verdict["kind"] != changes[-1]["kind"]:
            changes.append({"at_s": one["window"]["to_s"], **verdict})
    return changes


def _clusters(windows: Seen) -> list[Told]:
    """Who came, those who took most engine time first: added up by network and manner over all windows."""
    sums: dict[tuple[str, ...], Told] = {}
    for one in windows:
        for cluster in one["window"]["clusters"]:
            manner = cluster["manner"]
            key = (cluster["network"], *(f"{trait}={level}" for trait, level in sorted(manner.items())))
            total = sums.setdefault(
                key,
                {
                    "network": cluster["network"],
                    "manner": manner,
                    "requests": 0.0,
                    "engine_ms": 0.0,
                    "most_identities": 0.0,
                    "windows": 0,
                },
            )
            total["requests"] += cluster["requests"]
            total["engine_ms"] += cluster["engine_ms"]
            total["most_identities"] = max(total["most_identities"], cluster["identities"])
            total["windows"] += 1
    largest = sorted(sums.values(), key=lambda one: (-one["engine_ms"], -one["requests"], one["network"]))
    return [
        {**one, "requests": round(one["requests"]), "engine_ms": round(one["engine_ms"])}
        for one in largest[:MOST_CLUSTERS]
    ]


def _refused(windows: Seen) -> Told:
    """How often which outcome, by class; and who never got as far as a class: at the gate, and on other pages."""
    classes: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    beside: dict[str, defaultdict[str, int]] = {"gate": defaultdict(int), "elsewhere": defaultdict(int)}
    for one in windows:
        for service_class, outcomes in one["served"]["classes"].items():
            for outcome, count in outcomes.items():
                classes[service_class][outcome] += count
        for where, counts in beside.items():
            for reason, count in one["served"][where].items():
                counts[reason] += count
    return {
        "classes": {one: dict(sorted(outcomes.items())) for one, outcomes in sorted(classes.items())},
        **{where: dict(sorted(counts.items())) for where, counts in beside.items()},
    }


def _felt(windows: Seen) -> Told:
    """What registered users got in all, and the worst window for them."""
    registered = [one["served"]["registered"] for one in windows]
    asked, served = sum(one["asked"] for one in registered), sum(one["served"] for one in registered)
    slowest = [one["first_token_p95_s"] for one in registered if one["first_token_p95_s"] is not None]
    return {
        "asked": asked,
        "served": served,
        "success": round(served / asked, 6) if asked else None,
        "worst_first_token_p95_s": max(slowest, default=None),
    }


def _point(one: Mapping[str, Any]) -> Told:
    window, verdict, registered = one["window"], one["verdict"], one["served"]["registered"]
    return {
        "at_s": window["to_s"],
        "requests": window["requests"],
        "kind": verdict["kind"],
        "attack": verdict["attack"],
        "surge": verdict["surge"],
        "registered": registered,
    }


def _missing(verdicts: Iterable[tuple[int, LogEntry]], material: Material, windows: Seen) -> list[int]:
    """Positions of verdicts whose windows are not here, or not those that were hashed."""
    texts = {int(one["number"]): text for one, text in zip(windows, material.windows, strict=True)}
    return [position for position, entry in verdicts if not is_covered(entry, texts)]


def is_covered(entry: LogEntry, texts: Mapping[int, str]) -> bool:
    """Whether the windows that a verdict's entry hashed are these."""
    told = entry.facts["windows"]
    try:
        return digest_of(texts[number] for number in range(told["first"], told["last"] + 1)) == told["sha256"]
    except KeyError:
        return False
