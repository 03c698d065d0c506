"""What is wrong with a body of the API, as one refusal. Knows pydantic's findings; knows fields by their model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from seawall.values.refusal import Reason, Refusal
from seawall.web.field_faults import fault_in_words, is_ours

Json = dict[str, Any]
B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fields:
    """What a body may hold, and what is said of what it may not.

    Attributes:
        refused: fields that the vendor has and we have not, each with its reason.
        refused_types: kinds of parts, items or tools, likewise: what stands in their ``type``.
        sentences: for fields that take one value only, by their path.
        tags: the words that tell members of a union apart; pydantic puts them into its paths, and people do not.
    """

    model: type[BaseModel]
    refused: Mapping[str, str] = field(default_factory=dict[str, str])
    refused_types: Mapping[str, str] = field(default_factory=dict[str, str])
    sentences: Mapping[str, str] = field(default_factory=dict[str, str])
    tags: frozenset[str] = frozenset()


def validated(body: type[B], value: Json, fields: Fields) -> B | Refusal:
    """The body, or what is wrong with it: one fault at a time reads better, and the first often causes the others."""
    try:
        return body.model_validate(value)
    except ValidationError as error:
        return _explained(error, fields)


def renamed(refusal: Refusal, names: Mapping[str, str]) -> Refusal:
    """The refusal in the words of another shape: what one calls ``messages`` another calls ``input``."""
    head = (refusal.param or "").partition("[")[0]
    theirs = names.get(head)
    # A field that nobody knows is told as it was sent, by whatever name we have for another.
    if theirs is None or refusal.reason is Reason.UNKNOWN_FIELD:
        return refusal
    # Places within differ where one shape keeps apart what another has in one list, so only the field is named.
    message = refusal.message.replace(f"'{refusal.param}'", f"'{theirs}'").replace(f"'{head}'", f"'{theirs}'")
    return replace(refusal, message=message.replace(f"({head})", f"({theirs})"), param=theirs)


def _explained(error: ValidationError, fields: Fields) -> Refusal:
    faults = error.errors(include_url=False)
    fault = faults[0]
    if fault["type"] == "string_type" and isinstance(fault["input"], list):
        # Of a union's members the list came closer than the text.
        fault = max(faults, key=_lists)
    path = _known_names(fault["loc"], fields.tags)
    param, kind = dotted(path), fault["type"]
    if kind == "extra_forbidden":
        return _unknown_field(str(path[-1]), param, fields, top_level=len(path) == 1)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        param += "." + str(fault.get("ctx", {})["discriminator"]).strip("'")
    if kind in ("missing", "union_tag_not_found"):
        return Refusal(Reason.INVALID_REQUEST, f"'{param}' is missing.", param=param)
    if param in fields.sentences:
        return Refusal(Reason.UNSUPPORTED_FIELD, fields.sentences[param], param=param)
    if kind == "too_short" and fault["input"] == []:
        return Refusal(Reason.INVALID_REQUEST, f"'{param}' is empty. Send at least one.", param=param)
    tag = str(fault.get("ctx", {}).get("tag"))
    if kind == "union_tag_invalid" and tag in fields.refused_types:
        return Refusal(Reason.UNSUPPORTED_FIELD, f"'{param}' is '{tag}', but {fields.refused_types[tag]}.", param=param)
    return Refusal(Reason.INVALID_REQUEST, f"'{param}' {fault_in_words(fault)}.", param=param or None)


def _lists(fault: ErrorDetails) -> int:
    """How many members that are lists were gone into; a list may hold one again."""
    return sum(isinstance(part, str) and part.startswith("list[") for part in fault["loc"])


_FORMATS = frozenset(("text", "json_object", "json_schema"))


def _known_names(path: tuple[int | str, ...], tags: frozenset[str]) -> list[int | str]:
    """``path`` without the members of unions that pydantic puts in; people know their own field names only."""
    known: list[int | str] = []
    for at, part in enumerate(path):
        after = path[at - 1] if at else None
        is_member = isinstance(part, str) and (
            part == "NamedTool"
            or not is_ours(part)
            # The last name is a field's own: what is wrong with a member as a whole is told without its tag.
            or (part in tags and at + 1 < len(path) and (isinstance(after, int) or after in ("source", "format")))
            or (after == "response_format" and part in _FORMATS)
        )
        if not is_member:
            known.append(part)
    return known


def dotted(path: list[int | str]) -> str:
    """A path as people write it, such as ``messages[0].content``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text[:200]


def _unknown_field(name: str, param: str, fields: Fields, *, top_level: bool) -> Refusal:
    if top_level and name in fields.refused:
        return Refusal(Reason.UNSUPPORTED_FIELD, f"'{name}' is not supported. {fields.refused[name]}", param=param)
    known = (*fields.model.model_fields,) if top_level else ()
    nearest = get_close_matches(name, known, n=1)
    hint = f"Did you mean '{nearest[0]}'?" if nearest else "Leave it out."
    return Refusal(Reason.UNKNOWN_FIELD, f"There is no field '{param}'. {hint}", param=param)
