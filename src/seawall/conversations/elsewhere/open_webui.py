"""A chat of Open WebUI's export. Knows its fields; knows no file.

The export is a list of rows of its table ``chat``: title and times beside ``chat``, in which ``history.messages`` is
the tree by message id, each with ``parentId``, and ``history.currentId`` ends the branch that was shown.
"""

from __future__ import annotations

import html
import re
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

SOURCE = "open_webui"
# It keeps what a model thought within the answer, folded away.
_REASONING = re.compile(r'<details type="reasoning"[^>]*>\s*<summary>[^<]*</summary>(.*?)</details>\s*', re.DOTALL)
# And what tools were asked and said.
_OTHER_DETAILS = re.compile(r'<details type="(?:tool_calls|code_interpreter)"[^>]*>.*?</details>\s*', re.DOTALL)
_QUOTED = re.compile(r"^> ?", re.MULTILINE)


def is_one(value: dict[str, Any]) -> bool:
    """Whether this object is a chat of that export, as a row or by itself."""
    chat = mapping(value.get("chat")) or value
    return isinstance(mapping(chat.get("history")).get("messages"), dict)


def read(value: dict[str, Any], source_id: str) -> Found:
    """Raises Unfit."""
    chat = mapping(value.get("chat")) or value
    history = mapping(chat.get("history"))
    created_s = seconds(value.get("created_at")) or seconds(chat.get("timestamp"))
    updated_s = seconds(value.get("updated_at")) or created_s
    models = [name(model) for model in listing(chat.get("models"))]
    found = Found(
        SOURCE,
        words(value.get("id")) or words(chat.get("id")) or source_id,
        name(value.get("title")) or name(chat.get("title")) or "Open WebUI",
        created_s or updated_s or 0.0,
        updated_s or 0.0,
        leaf=words(history.get("currentId")),
        model=models[0] if models else "",
        pinned=value.get("pinned") is True,
        archived=value.get("archived") is True,
        instructions=instructions(mapping(chat.get("params")).get("system")) or instructions(chat.get("system")),
    )
    messages = mapping(history.get("messages"))
    found.nodes = [_node(message_id, mapping(message)) for message_id, message in messages.items()]
    if not any(node.speaker for node in found.nodes):
        raise Unfit("It has no messages.")
    return found


def _node(message_id: str, message: dict[str, Any]) -> Node:
    node = Node(words(message_id), words(message.get("parentId")) or None)
    speaker = message.get("role")
    if speaker not in ("user", "assistant"):
        return node
    said = _content(message.get("content"))
    reasoning = ""
    if speaker == "assistant":
        thoughts = [_QUOTED.sub("", html.unescape(one)).strip() for one in _REASONING.findall(said)]
        reasoning = "\n\n".join(thoughts)
        said = _OTHER_DETAILS.sub("", _REASONING.sub("", said)).strip()
    beside = [f"[{_file_name(mapping(file))}]" for file in listing(message.get("files"))]
    text = "\n\n".join(part for part in (*beside, said) if part)
    if text or reasoning:
        node.speaker, node.text, node.reasoning = speaker, text, reasoning
        node.created_s = seconds(message.get("timestamp"))
        node.model = name(message.get("model"))
    return node


def _content(content: Any) -> str:
    if isinstance(content, str):
        return words(content)
    return "\n\n".join(words(mapping(part).get("text")) for part in listing(content) if mapping(part).get("text"))


def _file_name(file: dict[str, Any]) -> str:
    return name(file.get("name")) or ("Image" if file.get("type") == "image" else "File")
