"""What people felt between two looks at the counts: whether they were served, and how soon. Knows counts alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seawall.observing.metrics import FIRST_TOKEN_BUCKETS_S, Totals
from seawall.values.piece import Outcome
from seawall.values.refusal import Reason
from seawall.values.ticket import ServiceClass

# Whoever has an account, in good standing. Operators have one too, and of a small service they may be all who ask.
REGISTERED = tuple(one.value for one in ServiceClass if one.is_registered or one is ServiceClass.C0)

_SERVED = frozenset({Outcome.COMPLETE.value, Outcome.STOPPED.value})
# A wrong question is its asker's, and so is a share that is used up: neither is a promise broken. Lack of room is.
_NOT_SERVED = frozenset({Outcome.FAILED.value} | {one.code for one in Reason if one.status >= 500})


Entries = Mapping[tuple[str, str], float]
"""Sign-ins and sign-ups by way and end."""


@dataclass(frozen=True, slots=True)
class Felt:
    """Of some classes, between two looks: ``asked`` leaves out what is no promise of ours."""

    asked: float
    served: float
    first_token_p50_s: float | None
    first_token_p95_s: float | None

    @property
    def success(self) -> float | None:
        """The part that was served; None where nobody asked."""
        return self.served / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Entered:
    """Of those who tried to come in, between two looks; ``asked`` leaves out who stayed out by a fault of their own."""

    asked: float = 0.0
    served: float = 0.0


def entered(before: Entries, after: Entries, way: str) -> Entered:
    """How they fared who came this way."""
    served, late, failed = (
        after.get((way, end), 0.0) - before.get((way, end), 0.0) for end in ("served", "late", "failed")
    )
    return Entered(served + late + failed, served)


def felt(before: Totals, after: Totals, classes: Iterable[str] = REGISTERED, door: str = "") -> Felt:
    """What those classes felt from one look to the other, at this door or at all."""
    chosen = frozenset(classes)
    served, failed = 0.0, 0.0
    for key, count in after.requests.items():
        service_class, through, outcome = key
        if service_class in chosen and door in ("", through):
            since = count - before.requests.get(key, 0.0)
            served += since if outcome in _SERVED else 0.0
            failed += since if outcome in _NOT_SERVED else 0.0
    within = _within(before, after, chosen, door)
    return Felt(served + failed, served, quantile(within, 0.5), quantile(within, 0.95))


def quantile(within: Sequence[float], part: float) -> float | None:
    """Within how many seconds that part came, as Prometheus' ``histogram_quantile`` finds it: linear in a bucket.

    ``within`` counts cumulatively, by `FIRST_TOKEN_BUCKETS_S` and then all. None where there is nothing; what lies
    beyond the last bound is told as that bound.
    """
    if not within or within[-1] <= 0:
        return None
    wanted, lower_s, below = part * within[-1], 0.0, 0.0
    for upper_s, count in zip(FIRST_TOKEN_BUCKETS_S, within, strict=False):
        if count >= wanted:
            return lower_s + (upper_s - lower_s) * (wanted - below) / max(count - below, 1e-9)
        lower_s, below = upper_s, count
    return FIRST_TOKEN_BUCKETS_S[-1]


def _within(before: Totals, after: Totals, classes: frozenset[str], door: str) -> list[float]:
    sums = [0.0] * (len(FIRST_TOKEN_BUCKETS_S) + 1)
    for key, counts in after.first_tokens.items():
        if key[0] not in classes or door not in ("", key[1]):
            continue
        then = before.first_tokens.get(key, ())
        for number, count in enumerate(counts):
            sums[number] += count - (then[number] if number < len(then) else 0.0)
    return sums
