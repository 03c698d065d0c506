"""A conversation of our own export. Knows its fields, as ``conversations.exporting`` writes them; knows no file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seawall.conversations.elsewhere.found import (
    Found,
    Kept,
    Node,
    Unfit,
    instructions,
    listing,
    mapping,
    name,
    seconds,
    words,
)

SOURCE = "seawall"
# The field that names the format, and its version.
MARK = "seawall_conversation"
VERSION = 1
# The file is a stranger's: what would be refused of a person is left out.
_RANGES = {"temperature": (0, 2), "top_p": (0, 1), "presence_penalty": (-2, 2), "frequency_penalty": (-2, 2)}
_WHOLE = {"max_tokens": (1, 2**31), "seed": (-(2**63), 2**63 - 1)}
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
_MOST_STOPS, _LONGEST_STOP = 16, 512
_ENDINGS = ("complete", "stopped", "interrupted", "failed")
_COUNTS = ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")
# No answer took longer, or more tokens: a number beyond is no time and no count.
_LONGEST_S, _MOST_TOKENS = 7 * 86_400.0, 2**31 - 1


@dataclass(frozen=True, slots=True)
class Carried:
    """A file of a message: ``file`` is where it lies in the package."""

    message: str
    id: str
    name: str
    file: str


def is_one(value: dict[str, Any]) -> bool:
    """Whether this object is a conversation of ours."""
    return MARK in value


def read(value: dict[str, Any], source_id: str) -> Found:
    """Raises Unfit."""
    if value[MARK] != VERSION:
        raise Unfit("It was written by another version of Seawall, and this one does not know its form.")
    told = mapping(value.get("conversation"))
    created_s = seconds(told.get("created_at")) or 0.0
    found = Found(
        SOURCE,
        words(told.get("id")) or source_id,
        name(told.get("title")) or "Seawall",
        created_s,
        seconds(told.get("updated_at")) or created_s,
        leaf=words(told.get("leaf_id")),
        model=name(told.get("model")),
        pinned=told.get("pinned") is True,
        archived=told.get("archived") is True,
        instructions=instructions(told.get("instructions")),
        sampling=_sampling(mapping(told.get("sampling"))),
        folder=words(told.get("folder_id")),
    )
    found.nodes = [_node(mapping(message)) for message in listing(value.get("messages"))]
    if not any(node.speaker for node in found.nodes):
        raise Unfit("It has no messages.")
    return found


def carried(value: dict[str, Any], is_there: Callable[[str], bool]) -> list[Carried]:
    """Takes out of the messages the files that are in the package, and returns them."""
    found: list[Carried] = []
    for message in map(mapping, listing(value.get("messages")) if is_one(value) else ()):
        files = [mapping(file) for file in listing(message.get("attachments"))]
        there = [file for file in files if is_there(words(file.get("file")))]
        found += [
            Carried(words(message.get("id")), words(file.get("id")), name(file.get("name")), file["file"])
            for file in there
        ]
        message["attachments"] = [file for file in files if file not in there]
    return found


def library(folders: list[Any], prompts: list[Any]) -> dict[str, Any]:
    """Folders and saved prompts, those that have a name."""
    return {
        "folders": [
            {"id": words(one.get("id")), "name": name(one.get("name")), "created_s": seconds(one.get("created_at"))}
            for one in map(mapping, folders)
            if name(one.get("name"))
        ],
        "prompts": [
            {
                "title": name(one.get("title")),
                "text": words(one.get("text")),
                "created_s": seconds(one.get("created_at")),
                "updated_s": seconds(one.get("updated_at")),
            }
            for one in map(mapping, prompts)
            if name(one.get("title")) and words(one.get("text")).strip()
        ],
    }


def _sampling(told: dict[str, Any]) -> str:
    chosen = {key: value for key, value in told.items() if _fits(value, _RANGES.get(key), int | float)}
    chosen |= {key: value for key, value in told.items() if _fits(value, _WHOLE.get(key), int)}
    if told.get("reasoning_effort") in _EFFORTS:
        chosen["reasoning_effort"] = told["reasoning_effort"]
    stops = [told["stop"]] if isinstance(told.get("stop"), str) else listing(told.get("stop"))
    if stops and len(stops) <= _MOST_STOPS and all(_is_stop(one) for one in stops):
        chosen["stop"] = told["stop"]
    return json.dumps(chosen) if chosen else ""


def _is_stop(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_STOP and words(value) == value


def _fits(value: Any, bounds: tuple[float, float] | None, kind: Any) -> bool:
    if bounds is None or isinstance(value, bool) or not isinstance(value, kind):
        return False
    return bounds[0] <= value <= bounds[1]


def _node(message: dict[str, Any]) -> Node:
    node = Node(words(message.get("id")), words(message.get("parent_id")) or None)
    if message.get("speaker") in ("user", "assistant"):
        status = message.get("status")
        node.speaker = message["speaker"]
        # These files are not in the package; that there were some is said.
        beside = [f"[{name(mapping(file).get('name'))}]" for file in listing(message.get("attachments"))]
        node.text = "\n\n".join(part for part in (*beside, words(message.get("text"))) if part)
        node.reasoning = words(message.get("reasoning"))
        node.created_s = seconds(message.get("created_at"))
        node.model = name(message.get("model"))
        node.status = status if status in _ENDINGS else "interrupted"
        node.kept = _kept(message)
    return node


def _kept(message: dict[str, Any]) -> Kept:
    usage, timings = mapping(message.get("usage")), mapping(message.get("timings"))
    eased = [name(one) for one in listing(message.get("eased"))]
    return Kept(
        finish=name(message.get("finish")),
        refusal=name(message.get("refusal")),
        eased=json.dumps(eased) if eased else "",
        usage={one: usage[one] for one in _COUNTS if _fits(usage.get(one), (0, _MOST_TOKENS), int)},
        first_token_s=_span(timings.get("first_token_s")),
        reasoned_s=_span(timings.get("reasoning_s")),
        finished_s=seconds(message.get("finished_at")),
    )


def _span(value: Any) -> float | None:
    return float(value) if _fits(value, (0, _LONGEST_S), int | float) else None
