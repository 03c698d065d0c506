"""A conversation of our own export. Knows its fields, as ``conversations.exporting`` writes them; knows no file."""

from __future__ import annotations

import json
from typing import Any

from seawall.conversations.elsewhere.found import (
    Found,
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
_ENDINGS = ("complete", "stopped", "interrupted", "failed")


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
    )
    found.nodes = [_node(mapping(message)) for message in listing(value.get("messages"))]
    if not any(node.speaker for node in found.nodes):
        raise Unfit("It has no messages.")
    return found


def _sampling(told: dict[str, Any]) -> str:
    chosen = {key: value for key, value in told.items() if _fits(value, _RANGES.get(key), int | float)}
    chosen |= {key: value for key, value in told.items() if _fits(value, _WHOLE.get(key), int)}
    return json.dumps(chosen) if chosen else ""


def _fits(value: Any, bounds: tuple[int, int] | None, kind: Any) -> bool:
    if bounds is None or isinstance(value, bool) or not isinstance(value, kind):
        return False
    return bounds[0] <= value <= bounds[1]


def _node(message: dict[str, Any]) -> Node:
    node = Node(words(message.get("id")), words(message.get("parent_id")) or None)
    if message.get("speaker") in ("user", "assistant"):
        status = message.get("status")
        node.speaker = message["speaker"]
        # The files themselves do not come along; that there were some does.
        beside = [f"[{name(mapping(file).get('name'))}]" for file in listing(message.get("attachments"))]
        node.text = "\n\n".join(part for part in (*beside, words(message.get("text"))) if part)
        node.reasoning = words(message.get("reasoning"))
        node.created_s = seconds(message.get("created_at"))
        node.model = name(message.get("model"))
        node.status = status if status in _ENDINGS else "interrupted"
    return node
