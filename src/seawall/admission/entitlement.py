"""How much an account in good standing may ask and still go first. Knows engine time; knows no queue and no class.

A token bucket an account, in engine-milliseconds: its rate is a few times what the account uses while it is active, its
burst a few ordinary questions, most of which come with time. It is charged by what is asked, served or refused for want
of room, so that asking in vain is not free, and by what an answer takes beyond its price; a question that could not be
answered whatever the room costs what it held. Within it an account is C1, in debt it is C1b unless the house is quiet.

All buckets share one scale. It shrinks while registered users' own wait breaks the promise, so that those who ask most
fall behind first, as water that sinks lays bare the highest ground first (max-min fairness; Bertsekas and Gallager,
"Data Networks", 6.5.2), and it recovers slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.admission.quantile import Quantile
from seawall.admission.remembered import Remembered

# About 3 MB when full; each is an account in good standing, or a user named by a trusted front end. Five times as many
# as an engine of 256 slots answers within the minutes in which a debt flows back.
MOST_ACCOUNTS = 8_192
# A pause longer than this is no part of being active.
PAUSE_S = 120.0
# An account's norm is its use over the last hour of being active, once it was active for ten minutes.
NORM_S, NORM_KNOWN_S = 3600.0, 600.0
# Nobody's norm counts for more than this many medians: who attacks slowly must not earn a right to it.
MOST_NORM = 4.0
# At four looks a second the scale halves, and doubles, in a minute. Halved in six seconds it took the entitlement from
# people in the first moments of an attack, before the attackers had used up theirs (virtual siege).
SHRINK, RECOVER = 0.997, 1.003
# Below a half the ordinary would stand with the greedy, and neither would go first: in the virtual siege a sixteenth
# cost registered users at six times the load 14 of 100.
LEAST_SCALE = 1 / 2
# An ordinary question before any was seen, in engine-milliseconds: what a short one is priced at by then.
ORDINARY_MS = 5200.0
# Of every so many questions one is looked at to learn what is ordinary.
SAMPLE = 8


@dataclass(frozen=True, slots=True)
class Allowance:
    """A bucket as its account is told: in ordinary questions, in seconds until full, and from empty to full."""

    quota: int
    remaining: int
    reset_s: float
    window_s: float


@dataclass(slots=True)
class _Bucket:
    """``debt_ms`` is what was taken and has not flowed back; 0 is a full bucket."""

    debt_ms: float = 0.0
    seen_s: float = 0.0
    active_s: float = 0.0
    active_ms: float = 0.0


class Entitlements:
    """Every account's bucket. Costs a few microseconds a charge."""

    def __init__(
        self, *, norm_share: float, factor: float, burst: float, at_first: float, clock: Callable[[], float]
    ) -> None:
        self._least_norm = norm_share * 1000
        self._factor = factor
        self._burst = burst
        self._at_first = at_first
        self._clock = clock
        self._buckets = Remembered(self._new, most=MOST_ACCOUNTS)
        self._ordinary = Quantile(0.5, prior=ORDINARY_MS, most=1e7)
        self._norms = Quantile(0.5, prior=self._least_norm, most=1e6)
        self._learned = 0
        self.scale = 1.0
        self.learning = True

    def within(self, name: str) -> bool:
        """Whether the next question would still go first."""
        bucket = self._buckets.known(name)
        return bucket is None or self._debt_ms(bucket) < self._burst_ms()

    def charge(self, name: str, asked_ms: float) -> float:
        """Takes what is asked, and tells what was taken: less where the debt is as deep as it may be."""
        return self._take(self._buckets.of(name), asked_ms)

    def give_back(self, name: str, charged_ms: float, since_s: float = 0.0) -> None:
        """What was taken so long ago should not have been; what has flowed back meanwhile is back already."""
        bucket = self._buckets.known(name)
        if bucket is not None:
            still_ms = max(0.0, charged_ms - since_s * self._rate(bucket))
            bucket.debt_ms = max(0.0, bucket.debt_ms - still_ms)

    def learn(self, name: str, asked_ms: float) -> None:
        """What is usual, from a question that could be asked. Not from an attack: on quiet days alone."""
        if not self.learning:
            return
        bucket = self._buckets.of(name)
        bucket.active_ms += asked_ms
        self._learned += 1
        if self._learned % SAMPLE:
            return
        self._ordinary.learn(asked_ms)
        if bucket.active_s >= NORM_KNOWN_S:
            self._norms.learn(bucket.active_ms / bucket.active_s)

    def overrun(self, name: str, beyond_ms: float) -> None:
        """Takes what an answer held beyond its price."""
        bucket = self._buckets.known(name)
        if bucket is not None and beyond_ms > 0:
            self._take(bucket, beyond_ms)

    def breathe(self, *, promise_breaks: bool) -> None:
        """Moves the scale by one look, of which there are four a second."""
        self.scale = max(LEAST_SCALE, self.scale * SHRINK) if promise_breaks else min(1.0, self.scale * RECOVER)

    def allowance(self, name: str) -> Allowance:
        """What the account is told of its bucket."""
        bucket = self._buckets.known(name) or self._new()
        rate, burst, debt = self._rate(bucket), self._burst_ms(), self._debt_ms(bucket)
        return Allowance(
            quota=max(1, int(self._burst * self.scale)),
            remaining=max(0, int((burst - debt) / self._ordinary.value)),
            reset_s=debt / rate,
            window_s=burst / rate,
        )

    @property
    def ordinary_ms(self) -> float:
        """What the median question is priced at."""
        return self._ordinary.value

    def _new(self) -> _Bucket:
        return _Bucket(debt_ms=(1 - self._at_first) * self._burst_ms(), seen_s=self._clock())

    def _burst_ms(self) -> float:
        return self._burst * self._ordinary.value * self.scale

    def _rate(self, bucket: _Bucket) -> float:
        """Engine-milliseconds a second that flow back."""
        median = max(self._least_norm, self._norms.value)
        own = bucket.active_ms / bucket.active_s if bucket.active_s >= NORM_KNOWN_S else median
        return self._factor * self.scale * min(MOST_NORM * median, max(median, own))

    def _debt_ms(self, bucket: _Bucket) -> float:
        return max(0.0, bucket.debt_ms - (self._clock() - bucket.seen_s) * self._rate(bucket))

    def _take(self, bucket: _Bucket, ms: float) -> float:
        """No debt is deeper than another burst, so that whoever stops is within its entitlement in foreseeable time."""
        debt, burst = self._debt_ms(bucket), self._burst_ms()
        now_s = self._clock()
        self._be_active(bucket, now_s)
        bucket.seen_s = now_s
        bucket.debt_ms = max(debt, min(debt + ms, 2 * burst))
        return bucket.debt_ms - debt

    def _be_active(self, bucket: _Bucket, now_s: float) -> None:
        if not self.learning:
            return
        bucket.active_s += min(PAUSE_S, now_s - bucket.seen_s)
        if bucket.active_s > NORM_S:
            bucket.active_ms *= NORM_S / bucket.active_s
            bucket.active_s = NORM_S
