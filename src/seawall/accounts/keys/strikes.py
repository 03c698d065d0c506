"""How often a network may show a key that is not known here. Knows networks and times; knows no key."""

from __future__ import annotations

from collections.abc import Callable

from seawall.accounts.bounded import Bounded
from seawall.values.refusal import Reason, Refusal

# A broken script is told plainly what is wrong for a good while; a flood is told to wait.
BURST = 200
PER_S = 20.0
MOST_NETWORKS = 4_096


class Strikes:
    """A bucket a network, kept as the time at which it is full again (the generic cell rate algorithm, ITU-T I.371)."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._full_s: Bounded[str, float] = Bounded(MOST_NETWORKS)

    def strike(self, network: str) -> Refusal | None:
        """Counts one. The refusal that tells to wait, where there were too many."""
        now_s = self._clock()
        full_s = max(now_s, self._full_s.get(network) or now_s) + 1 / PER_S
        wait_s = full_s - now_s - BURST / PER_S
        if wait_s <= 0:
            self._full_s.put(network, full_s)
            return None
        return Refusal(
            Reason.TOO_MANY_ATTEMPTS,
            "This API key is not known here, and many others from your network were not either. Check the key; it is "
            "looked at again shortly.",
            retry_after_s=max(1.0, wait_s),
        )
