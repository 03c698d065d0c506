"""What answering costs, by the operator's own rates. Knows rates and counts; knows no account."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

# A minute's rest between two marks; what costs money is judged by the hour, not by the second.
_MARK_S, _KEPT_S = 60.0, 3600.0
_HOURS_A_MONTH = 730.0
_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Rates:
    """What all machines of the service cost together. 0 is for what nobody named: then nothing is told of it.

    ``per_hour`` is money, busy or idle; ``watts_idle`` and ``watts_busy`` are drawn with no slot held and with all.
    """

    currency: str = "USD"
    per_hour: float = 0.0
    watts_idle: float = 0.0
    watts_busy: float = 0.0
    budget_per_month: float = 0.0


@dataclass(frozen=True, slots=True)
class _Mark:
    at_s: float
    tokens: float
    watt_hours: float


class Costs:
    """The last hour's money and energy a million tokens, prompts and answers together."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._marks: deque[_Mark] = deque(maxlen=round(_KEPT_S / _MARK_S) + 1)
        self._watt_hours = 0.0
        self._looked_s: float | None = None

    def look(self, now_s: float, tokens: float, busy: float) -> dict[str, Any]:
        """Takes the tokens since the start and the part of the slots that is held now; tells the costs as JSON.

        Energy is summed over the looks by the part that was held at each: an estimate, and told as one.
        """
        rates, since_s = self._rates, 0.0 if self._looked_s is None else now_s - self._looked_s
        self._looked_s = now_s
        watts = rates.watts_idle + (rates.watts_busy - rates.watts_idle) * busy if rates.watts_busy else 0.0
        self._watt_hours += watts * since_s / 3600
        mark = _Mark(now_s, tokens, self._watt_hours)
        if not self._marks or now_s - self._marks[-1].at_s >= _MARK_S:
            self._marks.append(mark)
        return self._told(self._marks[0], mark)

    def _told(self, before: _Mark, now: _Mark) -> dict[str, Any]:
        rates = self._rates
        over_s, millions = now.at_s - before.at_s, (now.tokens - before.tokens) / _MILLION
        money = rates.per_hour * over_s / 3600
        energy = now.watt_hours - before.watt_hours
        return {
            "currency": rates.currency,
            "over_s": round(over_s),
            "tokens": round(now.tokens - before.tokens),
            "per_hour": rates.per_hour or None,
            "per_million_tokens": round(money / millions, 4) if money and millions else None,
            "watt_hours_per_million_tokens": round(energy / millions, 1) if energy and millions else None,
            "month_at_this_rate": round(rates.per_hour * _HOURS_A_MONTH, 2) or None,
            "budget_per_month": rates.budget_per_month or None,
        }
