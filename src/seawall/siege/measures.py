"""What a run comes to in figures, each against the same door's own quiet day. Knows samples; judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf

from seawall.siege.crowd import blamed
from seawall.siege.samples import Look, Part, Run, Sample

FEWEST = 10
"""Fewer samples tell nothing: the measure is None."""
PROMISE_S = 5.0
_GOOD_SHARE = 0.99
_GOOD_TIMES = 1.5


@dataclass(frozen=True, slots=True)
class Measures:
    """None where it could not be measured. Ratios are to the quiet day; ``first`` is the event's first half.

    Every registered user's request counts, whatever class it was moved to; one that got no token counts with an
    endless first-token time, so that refusing people makes no percentile better.
    """

    success_quiet: float | None = None
    success_first: float | None = None
    success_later: float | None = None
    first_token_quiet_s: float | None = None
    first_token_first: float | None = None
    first_token_later: float | None = None
    first_token_median_quiet_s: float | None = None
    within_promise: float | None = None
    """The part whose first token came within ``PROMISE_S``, over the whole event."""
    inter_token_quiet_s: float | None = None
    inter_token: float | None = None
    login_quiet_s: float | None = None
    login: float | None = None
    status_quiet_s: float | None = None
    status: float | None = None
    status_behind_quiet_s: float | None = None
    status_behind_s: float | None = None
    """For how much of the door's own work a look at the status page waited, at p99; other programs add nothing."""
    strangers_served: float | None = None
    strangers_blamed: float | None = None
    legitimate_work: float | None = None
    """The part of the engine's time in the event that honest people got; of its tokens, where it does not tell."""
    capacity_used: float | None = None
    """The part of all slots that were held in the event's later half."""
    refusals_per_core_s: float | None = None
    peak_memory_mib: float | None = None
    recovery_s: float | None = None
    """How long after the event registered users were worse off than on the quiet day."""
    generator_lag_s: float = 0.0
    registered_requests: int = 0
    attacker_requests: int = 0


def measure(run: Run) -> Measures:
    """All figures of a run."""
    pace = run.pace
    quiet, middle, ends = pace.quiet_s, pace.quiet_s + pace.first_s, pace.event_ends_s
    registered = _of(run, Part.REGISTERED)
    before, first = _between(registered, 0, quiet), _between(registered, quiet, middle)
    later, event = _between(registered, middle, ends), _between(registered, quiet, ends)
    strangers = _between(_of(run, Part.STRANGER), quiet, ends)
    logins, looks = _of(run, Part.LOGIN), _of(run, Part.STATUS)
    first_token_quiet = _first_token(before)
    inter_quiet = _percentile(_gaps(before), 0.95)
    login_quiet = _times(_between(logins, 0, quiet), 0.95)
    calm, pressed = _between(looks, 0, quiet), _between(looks, quiet, ends)
    status_quiet = _times(calm, 0.99)
    during = [look for look in run.looks if quiet <= look.at_s <= ends]
    return Measures(
        success_quiet=_share(before, _served),
        success_first=_share(first, _served),
        success_later=_share(later, _served),
        first_token_quiet_s=first_token_quiet,
        first_token_first=_times_as_long(_first_token(first), first_token_quiet),
        first_token_later=_times_as_long(_first_token(later), first_token_quiet),
        first_token_median_quiet_s=_first_token(before, 0.5),
        within_promise=_share(event, lambda one: one.first_s is not None and one.first_s <= PROMISE_S),
        inter_token_quiet_s=inter_quiet,
        inter_token=_times_as_long(_percentile(_gaps(event), 0.95), inter_quiet),
        login_quiet_s=login_quiet,
        login=_times_as_long(_times(_between(logins, quiet, ends), 0.95), login_quiet),
        status_quiet_s=status_quiet,
        status=_times_as_long(_times(pressed, 0.99), status_quiet),
        status_behind_quiet_s=_percentile(_behind(calm), 0.99),
        status_behind_s=_percentile(_behind(pressed), 0.99),
        strangers_served=_share(strangers, _served),
        strangers_blamed=_share(strangers, blamed),
        legitimate_work=_legitimate_work(during, strangers + event, run),
        capacity_used=_capacity_used([look for look in during if look.at_s >= middle], run.slots),
        refusals_per_core_s=_refusals_per_core_s(run, during),
        peak_memory_mib=max((look.memory_bytes for look in run.looks if look.memory_bytes), default=0) / 2**20 or None,
        recovery_s=_recovery_s(run, registered, first_token_quiet),
        generator_lag_s=max((look.lag_s for look in run.looks), default=0.0),
        registered_requests=len(event),
        attacker_requests=run.tally.total("sent"),
    )


def _of(run: Run, part: Part) -> list[Sample]:
    return [sample for sample in run.samples if sample.part is part]


def _between(samples: Iterable[Sample], from_s: float, until_s: float) -> list[Sample]:
    return [sample for sample in samples if from_s <= sample.begun_s < until_s]


def _served(sample: Sample) -> bool:
    return sample.served


def _share(samples: Sequence[Sample], what: Callable[[Sample], bool]) -> float | None:
    return sum(map(what, samples)) / len(samples) if len(samples) >= FEWEST else None


def _first_token(samples: Sequence[Sample], at: float = 0.95) -> float | None:
    return _percentile([inf if one.first_s is None else one.first_s for one in samples], at)


def _times(samples: Sequence[Sample], at: float) -> float | None:
    return _percentile([one.took_s if one.served else inf for one in samples], at)


def _behind(samples: Iterable[Sample]) -> list[float]:
    return [sample.behind_s for sample in samples if sample.behind_s is not None]


def _gaps(samples: Iterable[Sample]) -> list[float]:
    return [gap for sample in samples for gap in sample.gaps_s]


def _percentile(values: Sequence[float], at: float) -> float | None:
    """The smallest value that ``at`` of all do not exceed (nearest rank)."""
    if len(values) < FEWEST:
        return None
    return sorted(values)[ceil(at * len(values)) - 1]


def _times_as_long(now: float | None, quiet: float | None) -> float | None:
    return None if now is None or not quiet or quiet == inf else now / quiet


def _legitimate_work(during: Sequence[Look], honest: Sequence[Sample], run: Run) -> float | None:
    if len(during) < 2 or not during[-1].work_ms:
        return _legitimate_tokens(honest, run)
    before, after = during[0].work_ms, during[-1].work_ms
    work = {part: after[part] - before.get(part, 0.0) for part in after}
    everything = sum(work.values())
    return (everything - work.get(Part.ATTACKER, 0.0)) / everything if everything else None


def _legitimate_tokens(honest: Sequence[Sample], run: Run) -> float | None:
    """What arrived. What is cut off at the event's end was not counted for attackers, nor what was read and unsaid."""
    theirs = run.tally.total("tokens")
    ours = sum(one.tokens for one in honest)
    return ours / (ours + theirs) if ours + theirs else None


def _capacity_used(during: Sequence[Look], slots: int) -> float | None:
    held = [look.running for look in during if look.running is not None]
    return sum(held) / len(held) / slots if held else None


def _refusals_per_core_s(run: Run, during: Sequence[Look]) -> float | None:
    told = [look.cpu_s for look in during if look.cpu_s is not None]
    refused = run.tally.total("refused")
    if len(told) < 2 or not refused or told[-1] <= told[0]:
        return None
    return refused / (told[-1] - told[0])


def _recovery_s(run: Run, registered: Sequence[Sample], quiet_s: float | None) -> float | None:
    """The end of the last stretch of a twelfth of the recovery in which things were not as on the quiet day."""
    if quiet_s is None or quiet_s == inf:
        return None
    ends, step_s = run.pace.event_ends_s, run.pace.recovery_s / 12
    bad_until_s = 0.0
    for number in range(12):
        part = _between(registered, ends + number * step_s, ends + (number + 1) * step_s)
        good = sum(one.served and (one.first_s or inf) <= _GOOD_TIMES * quiet_s for one in part)
        if part and good / len(part) < (_GOOD_SHARE if len(part) > 20 else 0.8):
            bad_until_s = (number + 1) * step_s
    return bad_until_s
