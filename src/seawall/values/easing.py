"""What a busy service eases of a question. Knows each kind's code and its words; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EasingCode(StrEnum):
    """By which the chat app, which speaks its reader's language, tells it; kept with an answer."""

    SHORTER = "shorter"
    EFFORT = "effort"
    LIGHTER = "lighter"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Easing:
    """One thing that was eased; ``words`` say it to programs, in English."""

    code: EasingCode
    words: str
