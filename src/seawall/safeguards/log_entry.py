"""One entry of the public log and the bytes it is hashed as. Knows kinds and text; knows no tree.

No entry has personal data. Operators are numbers, networks are cut before they come here, and what still looks like
an address of a person or of a machine is withheld: an entry cannot be taken back, so the log itself looks once more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from math import isfinite
from typing import Any, cast

Facts = Mapping[str, Any]
"""JSON: texts, numbers, truths, None, and lists and objects of them."""

WITHHELD = "(withheld)"
# An incident's text is the longest that an entry has; a hundred of these are a page.
LONGEST_BYTES = 32_768
VERSION = 1


class EntryKind(StrEnum):
    """What entries tell of. ``docs/public-log.md`` has a line for each."""

    KEY = "key"
    POSTURE = "posture"
    VERDICT = "verdict"
    INCIDENT = "incident"
    MAINTENANCE = "maintenance"
    BANNER = "banner"
    OPERATOR_ACTION = "operator_action"
    OPERATOR_SIGN_IN = "operator_sign_in"
    MODELS = "models"
    SETTINGS = "settings"
    LOST = "lost"
    REPORT = "report"


class BadEntry(Exception):
    """The text is no entry; the message says why."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """``at_s`` is Unix time to the millisecond."""

    at_s: float
    kind: str
    facts: Facts

    def text(self) -> str:
        """The very text that is hashed and given away: no other spelling of the same JSON is this entry."""
        return canonical({"at_s": round(self.at_s, 3), "facts": self.facts, "kind": self.kind, "version": VERSION})


def entry_of(text: str) -> LogEntry:
    """The entry of its text. Raises BadEntry."""
    try:
        told = json.loads(text)
        return LogEntry(float(told["at_s"]), str(told["kind"]), dict(told["facts"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadEntry(f"it cannot be read ({error!r})") from error


def new_entry(at_s: float, kind: str, facts: Facts) -> LogEntry:
    """An entry fit for everybody's eyes; facts that are too long are told by their length alone."""
    entry = LogEntry(at_s, kind, withheld(facts))
    size = len(entry.text().encode())
    return entry if size <= LONGEST_BYTES else LogEntry(at_s, kind, {"too_long_bytes": size})


def canonical(told: Any) -> str:
    """JSON in one spelling. Raises ValueError for what JSON does not know, such as an infinite number."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def withheld(facts: Facts) -> dict[str, Any]:
    """The same as JSON, without mail addresses, addresses of single machines and characters that no text has."""
    return {_text(name): _clean(value) for name, value in facts.items()}


# Each begins where a word does, and nothing in it can be parted in two ways: 32 kB of one letter took three seconds.
_MAIL = re.compile(r"(?<![^\s@<>\"'(),;:])[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
# Whatever might be one: the address library has the last word, and a wide network is none.
_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:/\d{1,3})?(?![\w:])")
_V4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,3})?(?!\d|\.\d)")
_WIDEST = {4: 24, 6: 48}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return withheld(cast("Facts", value))
    if isinstance(value, Sequence):
        return [_clean(one) for one in cast("Sequence[Any]", value)]
    if isinstance(value, float) and not isfinite(value):
        return None  # JSON knows no such number.
    return value if value is None or isinstance(value, bool | int | float) else _text(str(value))


def _text(text: str) -> str:
    kept = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return _V4.sub(_unless_wide, _V6.sub(_unless_wide, _MAIL.sub(WITHHELD, kept)))


def _unless_wide(found: re.Match[str]) -> str:
    address, _, prefix = found[0].partition("/")
    try:
        version = ip_address(address).version
    except ValueError:
        return found[0]
    return found[0] if prefix and int(prefix) <= _WIDEST[version] else WITHHELD
