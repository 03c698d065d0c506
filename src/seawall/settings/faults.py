"""What is wrong with settings, one sentence each. Knows pydantic's findings; knows no setting by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from seawall.settings.listing import Setting, masked


@dataclass(frozen=True, slots=True)
class Given:
    """A value, and where it came from."""

    value: Any
    source: str


def faults_told(fault: ValidationError, known: Mapping[str, Setting], given: Mapping[str, Given]) -> list[str]:
    """A sentence for each key at fault, in order."""
    told: dict[str, str] = {}
    for error in fault.errors(include_url=False, include_input=False):
        parts = tuple(str(part) for part in error["loc"])
        path = next((p for p in (".".join(parts[:n]) for n in range(1, len(parts) + 1)) if p in known), "")
        if not path:
            # Of a section's keys together: each alone is right.
            told.setdefault(".".join(parts), f"`{'.'.join(parts)}`: {_own_words(error)}.")
            continue
        tables = _tables_of(known[path])
        if tables is None:
            told.setdefault(path, wrong_kind(known[path], given[path]))
        else:
            within = error["loc"][len(path.split(".")) :]
            told.setdefault(path, _wrong_entry(path, within, error, given[path], tables))
    return list(told.values())


def wrong_kind(setting: Setting, given: Given) -> str:
    """What stands there and what should."""
    value = masked(setting.path, given.value)
    return f"`{setting.path}` ({given.source}) is {value}, but must be {setting.kind}."


def nearest(name: str, candidates: list[str], quote: str = "") -> str:
    """The rest of a sentence that names the likeliest of them; empty where none is like it."""
    close = get_close_matches(name, candidates, n=1, cutoff=0.5)
    if not close and "." not in name:
        # `body_bytes` at the top is a key that missed its section.
        close = [candidate for candidate in candidates if candidate.endswith("." + name)]
    return f"; did you mean {quote}{close[0]}{quote}?" if close else ""


def _tables_of(setting: Setting) -> type[BaseModel] | None:
    """The kind of its entries, where they are tables."""
    if get_origin(setting.annotation) is not tuple:
        return None
    kind = get_args(setting.annotation)[0]
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _wrong_entry(
    path: str, within: tuple[int | str, ...], error: ErrorDetails, given: Given, tables: type[BaseModel]
) -> str:
    """Names the entry and the field: of several tables each looks like the other."""
    where = path + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in within)
    told = f"`{where}` ({given.source})"
    if error["type"] == "missing":
        return f"{told} is missing."
    if error["type"] == "extra_forbidden":
        return f"{told} is no setting{nearest(str(within[-1]), list(tables.model_fields)) or '.'}"
    return f"{told}: {_own_words(error)}."


def _own_words(error: ErrorDetails) -> str:
    words = error["msg"].removeprefix("Value error, ").rstrip(".")
    return words.replace("Input should", "it should").replace("String should", "it should")
