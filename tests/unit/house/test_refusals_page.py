"""docs/refusals.md tells every reason, with the status that it really has."""

from __future__ import annotations

import re
from pathlib import Path

from seawall.values.refusal import Reason
from seawall.web.reference.refusals_told import TOLD

LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
ROW = re.compile(r"^\| `(?P<code>[a-z_]+)` \| (?P<status>\d{3}) \| (?P<what>.+?) \| (?P<do>.+?) \|$", re.MULTILINE)


def test_every_refusal_is_on_the_page_with_its_status(root: Path) -> None:
    page = (root / "docs" / "refusals.md").read_text(encoding="utf-8")
    told = {row["code"]: int(row["status"]) for row in ROW.finditer(page)}
    assert told == {reason.code: reason.status for reason in Reason}


def test_the_services_own_page_tells_of_each_in_the_same_words(root: Path) -> None:
    page = LINK.sub(r"\1", (root / "docs" / "refusals.md").read_text(encoding="utf-8"))
    written = {row["code"]: (row["what"], row["do"]) for row in ROW.finditer(page)}
    assert {reason.code: tuple(told) for reason, told in TOLD.items()} == written
