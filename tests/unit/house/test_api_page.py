"""docs/api.md tells every field of a chat request, taken or refused."""

from __future__ import annotations

import re
from pathlib import Path

from seawall.web.question_body import ChatBody
from seawall.web.questions import REFUSED_FIELDS


def test_every_field_that_is_taken_has_its_row(root: Path) -> None:
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    fields = page.partition("## Fields of a chat request")[2].partition("\nThe whole body")[0]
    told = {name for row in re.findall(r"^\| (`.+?) \|", fields, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told == set(ChatBody.model_fields)


def test_every_field_that_is_refused_is_named(root: Path) -> None:
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    refused = page.partition("Refused with their reason")[2].partition("\n\n")[0]
    assert set(REFUSED_FIELDS) <= set(re.findall(r"`(\w+)`", refused))
