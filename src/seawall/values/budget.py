"""What may be used in a day and in a month. Knows the units; counts nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds by UTC day and calendar month. None: as the settings say; 0: without bound.

    Tokens are prompt and answer together; engine time is in seconds of one slot; money is in the unit of the
    settings' prices.
    """

    requests_per_day: float | None = None
    requests_per_month: float | None = None
    tokens_per_day: float | None = None
    tokens_per_month: float | None = None
    engine_s_per_day: float | None = None
    engine_s_per_month: float | None = None
    money_per_day: float | None = None
    money_per_month: float | None = None

    @property
    def bounds_anything(self) -> bool:
        """False where every question would pass."""
        return any(_QUOTAS(self))

    def over(self, default: Budget) -> Budget:
        """This one, with the default's bounds where it has none of its own."""
        return Budget(*(_first(getattr(self, name), getattr(default, name)) for name in NAMES))


NAMES = tuple(field.name for field in fields(Budget))
# Asked for five times a question: one call costs half of what eight by name do.
_QUOTAS = attrgetter(*NAMES)


def spoken(name: str) -> str:
    """A bound as people and headers name it, such as ``engine-seconds-per-day``."""
    return name.replace("_s_", "_seconds_").replace("_", "-")


def _first(own: float | None, default: float | None) -> float | None:
    return default if own is None else own
