"""Runs of a siege made by hand, so that what is made of them can be told beforehand. Knows samples; asks nobody."""

from __future__ import annotations

from seawall.siege.samples import Look, Pace, Part, Run, Sample

PACE = Pace(quiet_s=10, event_s=20, recovery_s=12)


def asked(at_s: float, first_s: float | None = 0.1, part: Part = Part.REGISTERED, **more: object) -> Sample:
    """A request, served where a first token came."""
    served = first_s is not None
    fields = {"took_s": 1.0, "status": 200 if served else 503, "served": served, "gaps_s": (0.02,) * 5, **more}
    return Sample(part=part, begun_s=at_s, first_s=first_s, **fields)  # pyright: ignore[reportArgumentType]


def steady(from_s: float, until_s: float, first_s: float | None = 0.1, **more: object) -> list[Sample]:
    """Twenty requests at even distances."""
    step_s = (until_s - from_s) / 20
    return [asked(from_s + number * step_s, first_s, **more) for number in range(20)]  # pyright: ignore[reportArgumentType]


def run_of(*samples: Sample, mix: str = "fame", **more: object) -> Run:
    """One run of these samples."""
    looks = [Look(at_s=float(second), running=16, memory_bytes=2**20 * 100) for second in range(42)]
    return Run("door", mix, 1, PACE, 16, list(samples), **{"looks": looks, **more})  # pyright: ignore[reportArgumentType]
