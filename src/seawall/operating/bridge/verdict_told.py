"""The verdict as the bridge shows it. Knows the JSON's shape and the room of words; judges nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

from seawall.values.verdict import Evidence, Share, Verdict
from seawall.verdict.words import Language, kind_sentence, sentence, turning


def verdict_told(verdict: Verdict) -> dict[str, Any]:
    """Kind, shares, and each sentence in every language by its name."""
    return {
        "kind": verdict.kind.value,
        "since_s": round(verdict.since_s, 1),
        "attack": _share(verdict.attack),
        "surge": _share(verdict.surge),
        "sentence": {language: kind_sentence(verdict.kind, language) for language in _LANGUAGES},
        "evidence": [{language: sentence(one, language) for language in _LANGUAGES} for one in verdict.evidence],
        "would_change": [_turning(one) for one in verdict.would_change],
    }


_LANGUAGES: tuple[Language, ...] = get_args(Language)


def _turning(one: Evidence) -> dict[str, str]:
    return {language: turning(one, language) for language in _LANGUAGES}


def _share(share: Share) -> dict[str, float]:
    return {end: round(value, 4) for end, value in asdict(share).items()}
