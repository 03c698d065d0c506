"""docs/api.md tells every field of every shape, taken or refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seawall.web.api import embeddings, messages_body, responses_body
from seawall.web.api.body_faults import Fields
from seawall.web.api.question_body import ChatBody
from seawall.web.api.questions import REFUSED_FIELDS
from seawall.web.reference.openapi_shapes import DESCRIBED


def test_every_field_that_is_taken_has_its_row(root: Path) -> None:
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    fields = page.partition("## Fields of a chat request")[2].partition("\nThe whole body")[0]
    told = {name for row in re.findall(r"^\| (`.+?) \|", fields, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told == set(ChatBody.model_fields)


def test_every_field_that_is_refused_is_named(root: Path) -> None:
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    refused = page.partition("Refused with their reason")[2].partition("\n\n")[0]
    assert set(REFUSED_FIELDS) <= set(re.findall(r"`(\w+)`", refused))


SHAPES = {
    "Fields of Responses": responses_body.FIELDS,
    "Fields of Messages": messages_body.FIELDS,
    "Fields of embeddings": embeddings.FIELDS,
}


@pytest.mark.parametrize("heading", SHAPES)
def test_every_field_of_a_shape_has_its_row_and_every_refusal_its_words(root: Path, heading: str) -> None:
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    taken, _, refused = section.partition("| refused | with |")
    fields: Fields = SHAPES[heading]
    told = {name for row in re.findall(r"^\| (`.+?) \|", taken, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told == set(fields.model.model_fields)
    rows = dict(re.findall(r"^\| (.+?) \| (.+) \|$", refused, re.MULTILINE))
    words = {name: said for names, said in rows.items() for name in re.findall(r"`(\w+)`", names)}
    assert {name: words.get(name) for name in fields.refused} == dict(fields.refused)


def test_every_address_is_on_the_page(root: Path) -> None:
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    assert {one.path for one in DESCRIBED if one.path not in page} == set()
