"""The sentences for kinds and evidence, in English and Chinese. Knows words; knows no web and no signal.

Numbers are filled in by name, as in ``Evidence.numbers``; shares are told in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from seawall.values.verdict import Evidence, Kind

Language = Literal["en", "zh"]

KINDS: Mapping[Kind, Mapping[Language, str]] = {
    Kind.NORMAL: {"en": "An ordinary hour.", "zh": "一切如常。"},
    Kind.SURGE: {
        "en": "Many more people than usual, and they behave as people do.",
        "zh": "来访人数远超平时，但都是正常的人。",
    },
    Kind.ATTACK: {"en": "An attack.", "zh": "正遭受攻击。"},
    Kind.BOTH: {"en": "An attack, and many honest people at the same time.", "zh": "既有攻击，又有大量正常来访。"},
    Kind.UNCLEAR: {"en": "What comes cannot be told apart yet.", "zh": "目前还无法判断。"},
}

EVIDENCE: Mapping[str, Mapping[Language, str]] = {}


def kind_sentence(kind: Kind, language: Language = "en") -> str:
    """What this kind means, in a sentence."""
    return KINDS[kind][language]


def sentence(evidence: Evidence, language: Language = "en") -> str:
    """One finding with its numbers."""
    return EVIDENCE[evidence.name][language].format_map(evidence.numbers)
