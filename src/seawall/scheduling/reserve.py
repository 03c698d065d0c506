"""What each class must leave free for those above. Knows who holds what; knows neither order nor who waits.

A slot cannot be taken back from an answer, so order alone does not keep the promise: what decides is whether a slot
is free, or soon will be, when a registered user comes. Three bounds see to it. *Headroom*: the last few slots are for
those above alone (trunk reservation, as telephone exchanges keep the last lines for calls that came far already).
*Reserve*: those below hold no more than what those above leave on a usual day; beyond that they grow as TCP does,
by one for each answer that ended soon, and shrink when one outlasts. *Cache*: a fixed share of the key-value cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, sqrt

from seawall.scheduling.rules import C1_RANK, CLASSES, Capacity, Rules
from seawall.values.ticket import ServiceClass

# Below four slots a headroom of a whole one would be dearer than what it buys.
_FEWEST_FOR_HEADROOM = 4
# The part of its cache past which an engine begins to put answers aside.
_KV_FULL = 0.9
# Weight of the newest answer in what counts as an ordinary one.
_ORDINARY_WEIGHT = 0.05
# What an answer that outlasts takes back, in answers that ended soon: one in ten does so on a quiet day.
_OUTLASTING = 2.0
# What was won is lost when it is not used: it was won from other questions than those that will come.
_FADES_S = 10.0
# Not being held back by its bound for so long, a band has what it wants.
_CONTENT_AFTER_S = 2.0


@dataclass(slots=True)
class Hold:
    """One slot in use, thought to be for ``thought_ms``; ``long`` once it is held for longer than ordinary answers are,
    or is thought to be."""

    service_class: ServiceClass
    kv_tokens: int
    long: bool
    thought_ms: float
    outlasted: bool = False


class _Band:
    """Everyone below ``above`` together.

    They may hold ``least`` slots, which those above do not want, and ``won`` on top; only a part of both for
    long. A flood of long answers so meets the bound of a quiet day, while honest strangers in their thousands, whose
    answers end, have the whole engine within a few answers' time.
    """

    def __init__(self, rules: Rules, above: ServiceClass, at_start: float) -> None:
        self._rules = rules
        self._above_rank = above.rank
        self._at_start = at_start
        self._demand: float | None = None
        self._least_of: tuple[int, float] | None = None
        """The slots for which ``_least`` was told since demand was last looked at, and what it was."""
        self._won = 0.0
        self._content_s = inf
        self.count = 0
        self.long = 0
        self.kv_tokens = 0

    def has(self, service_class: ServiceClass) -> bool:
        return service_class.rank > self._above_rank

    def most(self, slots: int) -> float:
        if self._at_start <= 0:
            return slots
        return self._least(slots) + self._won

    def fits(self, slots: int, *, long: bool, leave: int = 0) -> bool:
        if self.count == 0 or self._at_start <= 0:
            return True
        if long and self.long + 1 > max(1.0, self.most(slots) * self._rules.long_share):
            return False
        if self.count + 1 + leave <= self.most(slots):
            return True
        self._content_s = 0.0
        return False

    def ended(self, slots: int, *, soon: bool) -> None:
        if soon and self._content_s < _CONTENT_AFTER_S:
            self._won = min(slots, self._won + 1)

    def outlasted(self) -> None:
        self._won = max(0.0, self._won - _OUTLASTING)

    def observe(self, wanted: int, slots: int, elapsed_s: float) -> None:
        if self._demand is None:
            # The demand from which ``_least`` gives what is left at the start.
            z, kept = self._rules.reserve_deviations, slots * self._at_start
            self._demand = ((sqrt(z * z + 4 * kept) - z) / 2) ** 2
        self._demand += (1 - exp(-elapsed_s / self._rules.demand_s)) * (min(wanted, slots) - self._demand)
        self._least_of = None
        self._content_s += elapsed_s
        if self._content_s >= _CONTENT_AFTER_S:
            self._won *= exp(-elapsed_s / _FADES_S)

    def _least(self, slots: int) -> float:
        """One at least, so that nobody starves."""
        if self._least_of is not None and self._least_of[0] == slots:
            return self._least_of[1]
        kept = slots * self._at_start
        if self._demand is not None:
            kept = self._demand + self._rules.reserve_deviations * sqrt(self._demand)
        # Rounded, or a demand that fades but never ends would keep a slot of two for ever.
        least = max(1.0, slots - round(min(kept, slots * self._rules.reserve_most)))
        self._least_of = (slots, least)
        return least


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
        bands = (self._beyond, self._strange)
        self._above = {one: CLASSES[: one.rank] for one in CLASSES}
        self._bands = {one: tuple(band for band in bands if band.has(one)) for one in CLASSES}
        self.ordinary_ms: float | None = None
        """How long an ordinary registered answer holds its slot; None before the first one ended."""
        self._thought_ms: float | None = None
        """What such an answer is thought to take at the door, which is more: there an upper quartile is told."""

    @property
    def headroom(self) -> int:
        """Slots that only registered users within their entitlement may take now."""
        if self.slots < _FEWEST_FOR_HEADROOM or self._rules.headroom <= 0:
            return 0
        return max(1, int(self.slots * self._rules.headroom))

    def serves_above(self, service_class: ServiceClass) -> bool:
        """Whether anybody of a higher class holds a slot now."""
        for one in self._above[service_class]:  # noqa: SIM110 - a generator costs a microsecond, twice a decision
            if self.held[one]:
                return True
        return False

    @property
    def kv_use(self) -> float:
        """The used part of the key-value cache: as reserved here, or as the engine tells where that is more."""
        size = self.capacity.kv_tokens
        return max(self._kv_tokens / size if size else 0.0, self.told_kv_use)

    @property
    def told_kv_use(self) -> float:
        """As the engine tells it alone, other programs' questions too; 0 where it is silent."""
        return self.capacity.kv_use or 0.0

    def lacks_memory(self, service_class: ServiceClass) -> bool:
        """Whether nobody of this class may be let in, as the engine's cache is full whoever fills it."""
        return self.told_kv_use >= _KV_FULL and self._strange.has(service_class)

    def most(self, service_class: ServiceClass) -> float:
        """Slots of ordinary weight that this class could hold if none but it and those above asked."""
        if service_class.rank <= C1_RANK:
            return self.slots
        band = self._strange if self._strange.has(service_class) else self._beyond
        return max(1.0, min(self.slots - self.headroom, band.most(self.slots)))

    def is_long(self, ms: float, most_ms: float = 0.0) -> bool:
        """Whether a slot held for ``ms``, or that may be held for up to ``most_ms``, counts as long."""
        if self.ordinary_ms is None:
            return False
        return ms > self._rules.long * self.ordinary_ms or most_ms > self._rules.long_asked * self.ordinary_ms

    def _seems_long(self, ms: float, most_ms: float = 0.0) -> bool:
        """The same before it is held, when ``ms`` is thought: thoughts are held against thoughts."""
        if self.ordinary_ms is None:
            return False
        usual_ms = max(self.ordinary_ms, self._thought_ms or 0.0)
        return ms > self._rules.long * usual_ms or most_ms > self._rules.long_asked * self.ordinary_ms

    def allows(
        self, service_class: ServiceClass, ms: float, kv_tokens: int, *, most_ms: float = 0.0, leave: int = 0
    ) -> bool:
        """Whether one more of this class, price and size may be granted now, and ``leave`` slots stay free of what
        its class may have.
        """
        if self.total + leave >= self.slots:
            return False
        size = self.capacity.kv_tokens
        # What is larger than the whole cache must still be asked some time: alone.
        if size and self.total and self._kv_tokens + kv_tokens > size:
            return False
        if service_class.rank <= C1_RANK:
            return True
        if not self._strange.has(service_class):
            long = self._seems_long(ms)
            fits = self._beyond.fits(self.slots, long=long, leave=leave)
            return self._leaves(self.headroom + leave, self._beyond) and fits
        long = self._seems_long(ms, most_ms)
        # Both are asked, as both note what they hold back.
        fits_beyond = self._beyond.fits(self.slots, long=long, leave=leave)
        fits = self._strange.fits(self.slots, long=long, leave=leave) and fits_beyond
        return (
            self._leaves(self.headroom + leave, self._strange)
            # The first of them is let pass, or they would starve behind those who are registered but ask too much.
            and (fits or self._strange.count == 0)
            and not self.lacks_memory(service_class)
            and self._cache_allows(kv_tokens)
        )

    def hold(self, service_class: ServiceClass, ms: float, kv_tokens: int, *, most_ms: float = 0.0) -> Hold:
        """Counts a granted slot that is thought to be held for ``ms``."""
        # Who is registered is believed: programs with short answers seldom say how long one may become.
        strange = self._strange.has(service_class)
        one = Hold(service_class, kv_tokens, self._seems_long(ms, most_ms if strange else 0.0), ms)
        self._count(one, 1)
        return one

    def outlast(self, one: Hold, ms: float) -> None:
        """The slot is held for ``ms`` by now, which is more than was thought."""
        if one.outlasted or not self.is_long(ms):
            return
        one.outlasted = True
        for band in self._bands[one.service_class]:
            band.outlasted()
            band.long += not one.long
        one.long = True

    def free(self, one: Hold, held_ms: float, *, whole: bool) -> None:
        """A slot is given back after so long; ``whole`` if its answer came to its end."""
        self._count(one, -1)
        for band in self._bands[one.service_class]:
            band.ended(self.slots, soon=not self.is_long(held_ms))
        if whole and one.service_class.is_registered:
            self.ordinary_ms = _smoothed(self.ordinary_ms, held_ms)
            self._thought_ms = _smoothed(self._thought_ms, one.thought_ms)

    def observe(self, waiting: dict[ServiceClass, int], elapsed_s: float) -> None:
        """So many wait by class, ``elapsed_s`` after the last look; what is held is known here."""
        wanted = {one: self.held[one] + waiting[one] for one in CLASSES}
        for band in (self._beyond, self._strange):
            band.observe(sum(wanted[one] for one in CLASSES if not band.has(one)), self.slots, elapsed_s)

    def _leaves(self, headroom: int, band: _Band) -> bool:
        """Whether the headroom stays free. Who holds nothing at all may use it, or it would starve."""
        return band.count == 0 or self.total < self.slots - headroom

    def _cache_allows(self, kv_tokens: int) -> bool:
        size, strange = self.capacity.kv_tokens, self._strange
        return not size or strange.count == 0 or strange.kv_tokens + kv_tokens <= self._rules.kv_share * size

    def _count(self, one: Hold, by: int) -> None:
        self.held[one.service_class] += by
        self.total += by
        self._kv_tokens += by * one.kv_tokens
        for band in self._bands[one.service_class]:
            band.count += by
            band.long += by * one.long
            band.kv_tokens += by * one.kv_tokens


def _smoothed(before: float | None, newest: float) -> float:
    return newest if before is None else before + _ORDINARY_WEIGHT * (newest - before)
