"""What a verdict may move, and who is told of it. Knows the two ports; moves nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from seawall.values.verdict import Verdict
from seawall.values.window import Window

# Told of each closed window with what was said of it, on the event loop: it must return at once.
OnWindow = Callable[[Window, Verdict], None]


class Influence(Protocol):
    """The only way by which a verdict acts. There is no verb by which it could block anybody."""

    def hint(self, pressure: float) -> None:
        """Asks for a stricter posture: how much is pressed, 0 for not at all and never more than for one step up."""
        ...

    def weigh(self, networks: Mapping[str, float]) -> None:
        """The weights (``LEAST_WEIGHT`` to 1) of networks (/16, /32) from now on, in the classes below C1 alone.

        All others have weight 1. A registered user in good standing is in none of those classes.
        """
        ...
