"""What each class must leave free for those above. Knows who holds what; knows neither order nor who waits.

A slot cannot be taken back from an answer, so order alone does not keep the promise: what decides is whether a slot is
free, or soon will be, when a registered user comes. Three bounds see to it. *Headroom*: the last few slots are for C0
and C1 alone (trunk reservation, as telephone exchanges keep the last lines for calls that came far already).
*Reserve*: those below leave what those above ask for these minutes, with its fluctuation; a slot that will be held for
long weighs more. *Cache*: the same for the key-value cache, with a fixed share.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

from seawall.scheduling.rules import Capacity, Rules
from seawall.values.ticket import ServiceClass

# Below four slots a headroom of a whole one would be dearer than what it buys.
_FEWEST_FOR_HEADROOM = 4
# The part of its cache past which an engine begins to put answers aside.
_KV_FULL = 0.9
# Weight of the newest answer in what counts as an ordinary one.
_ORDINARY_WEIGHT = 0.05


@dataclass(slots=True)
class Hold:
    """One slot in use. ``weight`` is what it counts against the reserves, 1 at most."""

    service_class: ServiceClass
    kv_tokens: int
    weight: float


class _Band:
    """Everyone below ``above`` together, and what they leave to those from ``above`` on."""

    def __init__(self, rules: Rules, above: ServiceClass, at_start: float) -> None:
        self._rules = rules
        self._above = above
        self._at_start = at_start
        self._demand: float | None = None
        self.count = 0
        self.weight = 0.0
        self.kv_tokens = 0

    def has(self, service_class: ServiceClass) -> bool:
        return service_class.rank > self._above.rank

    def most(self, slots: int) -> float:
        """Slots that the band may hold at full weight; one at least, so that nobody starves."""
        kept = slots * self._at_start if self._demand is None else self._wanted(self._demand)
        # Rounded, or a demand that fades but never ends would keep a slot of two for ever.
        return max(1.0, slots - round(min(kept, slots * self._rules.reserve_most)))

    def observe(self, wanted: int, slots: int, elapsed_s: float) -> None:
        if self._demand is None:
            # The demand from which ``_wanted`` gives what is kept at the start.
            z, kept = self._rules.reserve_deviations, slots * self._at_start
            self._demand = ((sqrt(z * z + 4 * kept) - z) / 2) ** 2
        self._demand += (1 - exp(-elapsed_s / self._rules.demand_s)) * (min(wanted, slots) - self._demand)

    def _wanted(self, demand: float) -> float:
        return demand + self._rules.reserve_deviations * sqrt(demand)


class Reserve:
    """Counts what is held and says what may be granted on top; each answer costs a few comparisons."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.capacity = Capacity(0)
        self.slots = 0
        self.held = dict.fromkeys(ServiceClass, 0)
        self.total = 0
        self._kv_tokens = 0
        self._beyond = _Band(rules, ServiceClass.C1, rules.reserve_within)
        self._strange = _Band(rules, ServiceClass.C1B, rules.reserve)
        self.ordinary_ms: float | None = None
        """How long an ordinary registered answer holds its slot; None before the first one ended."""

    @property
    def headroom(self) -> int:
        """Slots that only C0 and C1 may take now."""
        if self.slots < _FEWEST_FOR_HEADROOM or self._rules.headroom <= 0:
            return 0
        return max(1, int(self.slots * self._rules.headroom))

    @property
    def kv_use(self) -> float:
        """The used part of the key-value cache: as reserved here, or as the engine tells where that is more."""
        size = self.capacity.kv_tokens
        return max(self._kv_tokens / size if size else 0.0, self.capacity.kv_use or 0.0)

    def most(self, service_class: ServiceClass) -> float:
        """Slots of ordinary weight that this class could hold if none but it and those above asked."""
        if service_class.rank <= ServiceClass.C1.rank:
            return self.slots
        band = self._strange if self._strange.has(service_class) else self._beyond
        ordinary = self.weight(self.ordinary_ms or 0.0) or 1.0
        return max(1.0, min(self.slots - self.headroom, band.most(self.slots) / ordinary))

    def weight(self, ms: float) -> float:
        """What a slot that is held for so long counts against the reserves."""
        if self.ordinary_ms is None or self._rules.stiff <= 0:
            return 1.0
        return min(1.0, ms / (self._rules.stiff * self.ordinary_ms))

    def allows(self, service_class: ServiceClass, ms: float, kv_tokens: int) -> bool:
        """Whether one more of this class, price and size may be granted now."""
        if self.total >= self.slots:
            return False
        size = self.capacity.kv_tokens
        # What is larger than the whole cache must still be asked some time: alone.
        if size and self.total and self._kv_tokens + kv_tokens > size:
            return False
        if service_class.rank <= ServiceClass.C1.rank:
            return True
        if self.total >= self.slots - self.headroom or not self._fits(self._beyond, ms):
            return False
        if not self._strange.has(service_class):
            return True
        return self._fits(self._strange, ms) and self._cache_allows(kv_tokens)

    def hold(self, service_class: ServiceClass, ms: float, kv_tokens: int) -> Hold:
        """Counts a granted slot that is thought to be held for ``ms``."""
        one = Hold(service_class, kv_tokens, self.weight(ms))
        self._count(one, 1)
        return one

    def outlast(self, one: Hold, ms: float) -> None:
        """The slot is held for longer than was thought, so it weighs more."""
        weight = max(one.weight, self.weight(ms))
        if weight != one.weight:
            self._count(one, -1)
            one.weight = weight
            self._count(one, 1)

    def free(self, one: Hold, held_ms: float, *, whole: bool) -> None:
        """A slot is given back after so long; ``whole`` if its answer came to its end."""
        self._count(one, -1)
        if whole and one.service_class.is_registered:
            before = self.ordinary_ms
            self.ordinary_ms = held_ms if before is None else before + _ORDINARY_WEIGHT * (held_ms - before)

    def observe(self, waiting: dict[ServiceClass, int], elapsed_s: float) -> None:
        """So many wait by class, ``elapsed_s`` after the last look; what is held is known here."""
        wanted = {one: self.held[one] + waiting[one] for one in ServiceClass}
        for band in (self._beyond, self._strange):
            band.observe(sum(wanted[one] for one in ServiceClass if not band.has(one)), self.slots, elapsed_s)

    def _fits(self, band: _Band, ms: float) -> bool:
        return band.count == 0 or band.weight + self.weight(ms) <= band.most(self.slots)

    def _cache_allows(self, kv_tokens: int) -> bool:
        if self.capacity.kv_use is not None and self.capacity.kv_use >= _KV_FULL:
            return False
        size, strange = self.capacity.kv_tokens, self._strange
        return not size or strange.count == 0 or strange.kv_tokens + kv_tokens <= self._rules.kv_share * size

    def _count(self, one: Hold, by: int) -> None:
        self.held[one.service_class] += by
        self.total += by
        self._kv_tokens += by * one.kv_tokens
        for band in (self._beyond, self._strange):
            if band.has(one.service_class):
                band.count += by
                band.kv_tokens += by * one.kv_tokens
                # Exactly nothing when nothing is held, so that rounding cannot pile up.
                band.weight = band.weight + by * one.weight if band.count else 0.0
