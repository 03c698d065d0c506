"""How the service stands towards the outside. Knows three words; what moves between them is not here yet."""

from __future__ import annotations

from enum import StrEnum


class Posture(StrEnum):
    """Told on every API answer. Only NORMAL is taken until the shield stands."""

    NORMAL = "normal"
    ELEVATED = "elevated"
    SIEGE = "siege"
