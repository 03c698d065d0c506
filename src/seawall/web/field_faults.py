"""What is wrong with a field, in plain words. Knows pydantic's names of faults; knows no field of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# By pydantic's type of the fault, to follow the field's name; in braces what it tells of the bound.
_PLAIN: Final[dict[str, str]] = {
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "string_too_long": "may have at most {max_length} {characters}",
    "string_too_short": "needs at least {min_length} {characters}",
    "string_type": "must be a string",
    "too_long": "may have at most {max_length} {entries}",
    "too_short": "needs at least {min_length} {entries}",
    "union_tag_invalid": "must be one of {expected_tags}, not '{tag}'",
}
# What each of our patterns asks for; a test holds this against all that stand in the bodies.
WRITTEN: Final[dict[str, str]] = {
    r"^\S+$": "must have no spaces",
    r"^[A-Za-z0-9_-]+$": "may hold letters, digits, hyphens and underscores only",
    r"^[a-zA-Z0-9_-]{1,64}$": "may hold letters, digits, hyphens and underscores only, at most 64",
    r"^[A-Za-z0-9_=-]*$": "must be base64url text",
    r"^[a-z0-9][a-z0-9-]{0,31}$": "may hold small letters, digits and hyphens only, at most 32",
    r"^(net|dev)-[0-9a-f]{24}$": "is not the name of a home",
    r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$": "must be the code of a language, such as en or zh-CN",
}
_OTHERWISE_WRITTEN = "is not written as it has to be"
# A stranger's own words are given back so far.
_LONGEST_TAG = 40


def fault_in_words(fault: Mapping[str, Any]) -> str:
    """The rest of a sentence that begins with the field's name; pydantic's own words for rare faults."""
    if fault["type"] == "string_pattern_mismatch":
        return WRITTEN.get(fault["ctx"]["pattern"], _OTHERWISE_WRITTEN)
    plain = _PLAIN.get(fault["type"])
    if plain is None:
        own: str = fault["msg"].removeprefix("Value error, ").rstrip(".")
        return f"is wrong: {own[0].lower()}{own[1:]}"
    context: Mapping[str, object] = fault.get("ctx", {})
    told = {name: _short(name, value) for name, value in context.items()}
    bound = context.get("max_length", context.get("min_length"))
    # Pydantic counts a text's characters as entries where the text is checked further.
    entries = "character" if isinstance(fault.get("input"), str) else "entry"
    return plain.format(**told, characters=_counted("character", bound), entries=_counted(entries, bound))


def _short(name: str, value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value)[:_LONGEST_TAG] if name == "tag" else value


def _counted(noun: str, number: object) -> str:
    if number == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def is_ours(part: int | str) -> bool:
    """Whether a part of a fault's path is a name of the body's, not one that pydantic gives to a member of a union."""
    return not (isinstance(part, str) and (part == "str" or part.startswith(_MEMBERS)))


_MEMBERS = ("list[", "literal[", "constrained-", "function-", "tagged-union[", "nullable[")
