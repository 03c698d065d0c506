"""A conversation of ChatGPT's data export (``conversations.json``). Knows its fields; knows no file.

Nobody at OpenAI describes the format. What is read here is what exports from 2023 to 2026 have: ``mapping`` is the tree
by node id, each with ``message``, ``parent`` and ``children``; ``current_node`` ends the branch that was shown.
"""

from __future__ import annotations

from typing import Any

from seawall.conversations.elsewhere.found import Found, Node, Unfit, listing, mapping, name, seconds, words

SOURCE = "chatgpt"
_SPEAKERS = {"user": "user", "assistant": "assistant"}
# Beside the words: what stands for a picture or a recording, which lies elsewhere in the export.
_BESIDE = {
    "image_asset_pointer": "[Image]",
    "audio_asset_pointer": "[Audio]",
    "real_time_user_audio_video_asset_pointer": "[Audio]",
    "video_container_asset_pointer": "[Video]",
}


def is_one(value: dict[str, Any]) -> bool:
    """Whether this object is a conversation of that export."""
    return isinstance(value.get("mapping"), dict)


def read(value: dict[str, Any], source_id: str) -> Found:
    """``source_id`` is for an export of old, whose conversations have no id. Raises Unfit."""
    created_s = seconds(value.get("create_time"))
    updated_s = seconds(value.get("update_time")) or created_s
    found = Found(
        SOURCE,
        words(value.get("conversation_id") or value.get("id")) or source_id,
        name(value.get("title")) or "ChatGPT",
        created_s or updated_s or 0.0,
        updated_s or 0.0,
        leaf=words(value.get("current_node")),
        model=name(value.get("default_model_slug")),
        archived=value.get("is_archived") is True,
        pinned=bool(value.get("is_starred") or value.get("pinned_time")),
    )
    found.nodes = [_node(node_id, mapping(node)) for node_id, node in mapping(value["mapping"]).items()]
    if not any(node.speaker for node in found.nodes):
        raise Unfit("It has no messages.")
    return found


def _node(node_id: str, node: dict[str, Any]) -> Node:
    parent = node.get("parent")
    plain = Node(words(node_id), words(parent) or None)
    message = mapping(node.get("message"))
    about = mapping(message.get("metadata"))
    speaker = _SPEAKERS.get(words(mapping(message.get("author")).get("role")), "")
    # What one said to a tool, and what was hidden in ChatGPT itself, was never read by a person.
    is_hidden = about.get("is_visually_hidden_from_conversation") is True or message.get("recipient", "all") != "all"
    if not speaker or is_hidden:
        return plain
    content = mapping(message.get("content"))
    text, reasoning = _said(content), _thought(content)
    if not text and not reasoning:
        return plain
    plain.speaker, plain.text, plain.reasoning = speaker, text, reasoning
    plain.created_s = seconds(message.get("create_time"))
    plain.model = name(about.get("model_slug"))
    return plain


def _said(content: dict[str, Any]) -> str:
    kind = content.get("content_type")
    if kind in ("text", "multimodal_text"):
        return "\n\n".join(part for part in map(_part, listing(content.get("parts"))) if part)
    if kind == "code":
        language = words(content.get("language")).replace("unknown", "")
        return f"```{language}\n{words(content.get('text'))}\n```" if content.get("text") else ""
    return ""


def _part(part: Any) -> str:
    if isinstance(part, str):
        return words(part)
    kind = mapping(part).get("content_type", "")
    return words(mapping(part).get("text")) if kind == "audio_transcription" else _BESIDE.get(kind, "")


def _thought(content: dict[str, Any]) -> str:
    if content.get("content_type") != "thoughts":
        return ""
    thoughts = (mapping(one) for one in listing(content.get("thoughts")))
    return "\n\n".join(words(one.get("content")) or words(one.get("summary")) for one in thoughts)
