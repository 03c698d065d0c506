"""How sign-ins and sign-ups end, counted for who tells how the service is. Knows ends and times; knows no account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from seawall.accounts.passwords.passwords import NO_ROOM
from seawall.values.refusal import Reason, Refusal

# Whoever sees nothing for so long presses the button again. A hash takes 30 ms, a full queue of them two seconds.
IN_TIME_S = 3.0
# A provider that does not answer is not us, but who cannot come in does not care.
_OURS = frozenset({Reason.RECORDS_UNAVAILABLE, Reason.INTERNAL, Reason.PROVIDER_UNAVAILABLE})


class Way(StrEnum):
    """How somebody comes in: signing in at home or on a known device, from elsewhere, or for the first time."""

    HOME = "home"
    AWAY = "away"
    SIGN_UP = "sign_up"


class End(StrEnum):
    """``LATE`` was let in after `IN_TIME_S`; ``FAILED`` is our fault; ``REFUSED``, such as a wrong password, is not."""

    SERVED = "served"
    LATE = "late"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(slots=True)
class Coming:
    """One that is on its way: ``way`` may be learned while it is looked at, ``result`` is what it was answered."""

    way: Way
    result: object = None

    def end(self, took_s: float) -> End:
        """How it ended. A wrong password after a long wait is nobody's fault but its asker's."""
        if isinstance(self.result, Refusal):
            return End.FAILED if self.result is NO_ROOM or self.result.reason in _OURS else End.REFUSED
        return End.SERVED if took_s <= IN_TIME_S else End.LATE


class Comings:
    """The counts since the start, by way and end. ``clock`` is monotonic."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: Counter[tuple[str, str]] = Counter()

    def counts(self) -> dict[tuple[str, str], float]:
        """As they stand."""
        return {key: float(count) for key, count in self._counts.items()}

    @contextmanager
    def watch(self, way: Way) -> Generator[Coming]:
        """Around whatever lets somebody in. What it raises is our fault; who is gone meanwhile is not counted."""
        coming, began_s = Coming(way), self._clock()
        try:
            yield coming
        except Exception:
            self._counts[coming.way, End.FAILED] += 1
            raise
        self._counts[coming.way, coming.end(self._clock() - began_s)] += 1

    def failed(self, way: Way) -> None:
        """One who got no further than to be told that it does not work."""
        self._counts[way, End.FAILED] += 1

    def readings(self) -> Iterable[tuple[str, str, str, float, dict[str, str]]]:
        """For a scrape of the metrics; all of them from the start, so that a rate sees the first."""
        for way, end in product(Way, End):
            told = {"way": way.value, "outcome": end.value}
            yield "counter", "seawall_entries", "Sign-ins and sign-ups by how they ended.", self._counts[way, end], told
