"""The languages of the status page. Knows which there are; says nothing itself."""

from __future__ import annotations

from collections.abc import Mapping

from seawall.web.status.chinese import CHINESE
from seawall.web.status.english import ENGLISH
from seawall.web.status.wording import Language, Words

__all__ = ["CHINESE", "ENGLISH", "LANGUAGES", "Language", "Words"]

LANGUAGES: Mapping[Language, Words] = {"en": ENGLISH, "zh": CHINESE}
