"""Which askers are judged apart: by whether they are at home, and by what they are here for. Knows manners alone.

A hundred who read say nothing of ten who guess passwords beside them. So the hostile part is looked for in each stratum
by itself, as surveys do whose parts differ (stratified estimation; Neyman, 1934).
"""

from __future__ import annotations

from collections.abc import Mapping

# Groups too small to be shown by their manner keep this trait of it besides their leaning.
PURPOSE = "purpose"
_BY_TRAIT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("signing_in", ("logins", "letter")),
    ("joining", ("signup", "puzzle")),
    ("asking", ("prompts",)),
    ("elsewhere", ("errand", "answers", "reading")),
)


def purpose_of(manner: Mapping[str, str]) -> str:
    """What it is here for."""
    told = manner.get(PURPOSE)
    if told is not None:
        return told
    return next((purpose for purpose, traits in _BY_TRAIT if any(one in manner for one in traits)), "reading")


def stratum_of(manner: Mapping[str, str]) -> tuple[bool, str]:
    """Whether it is at home, and its purpose."""
    return manner.get("standing") == "home", purpose_of(manner)
