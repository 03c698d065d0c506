"""An alarm as the bridge shows it. Knows the JSON's shape and the room of words; judges nothing."""

from __future__ import annotations

from typing import Any, get_args

from seawall.operating.alarm.watchman import Alarm
from seawall.operating.alarm.words import Language, advised, said

_LANGUAGES: tuple[Language, ...] = get_args(Language)


def alarm_told(alarm: Alarm) -> dict[str, Any]:
    """What is amiss, since when, and what to do about it, each sentence in every language by its name."""
    found = alarm.found
    return {
        "cause": found.cause.value,
        "about": found.about,
        "since_s": round(alarm.since_s, 1),
        "is_gone": alarm.gone_s > 0,
        "sentence": {language: said(found, language) for language in _LANGUAGES},
        "advice": {language: advised(found, language) for language in _LANGUAGES},
    }
