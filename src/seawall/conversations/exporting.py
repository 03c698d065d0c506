"""A conversation as a file: JSON with all branches, Markdown of the one that is shown. Knows rows; knows no HTTP."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from seawall.conversations.branches import path_to
from seawall.conversations.conversations import Opened
from seawall.conversations.elsewhere.ours import MARK, VERSION
from seawall.conversations.file_names import safe_name
from seawall.records.attachment_entries import AttachmentRow
from seawall.records.conversation_entries import AttachedRow, ConversationRow, MessageRow


def as_json(opened: Opened) -> str:
    """All of it, to be read by programs and imported again."""
    carried = _carried(opened)
    told = {
        MARK: VERSION,
        "conversation": _conversation(opened.conversation),
        "messages": [_message(row, carried.get(row.id, [])) for row in opened.messages],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def as_markdown(opened: Opened) -> str:
    """The branch that is shown, to be read by people."""
    row, carried = opened.conversation, _carried(opened)
    path = path_to(opened.messages, row.leaf_id) or path_to(opened.messages, _last(opened.messages))
    lines = [
        f"# {_line(row.title)}",
        "",
        f"{_when(row.created_s)} · {row.model}" if row.model else _when(row.created_s),
    ]
    if row.instructions:
        lines += ["", "> " + row.instructions.replace("\n", "\n> ")]
    for message in path:
        who = "You" if message.speaker == "user" else message.model or "Answer"
        lines += ["", f"## {_line(who)} · {_when(message.created_s)}", ""]
        lines += [f"*Attached: {_line(file.name)}*\n" for file in carried.get(message.id, [])]
        if message.reasoning:
            lines += ["<details><summary>Reasoning</summary>", "", message.reasoning, "", "</details>", ""]
        lines.append(message.text)
    return "\n".join(lines).rstrip() + "\n"


def file_name(row: ConversationRow, ending: str) -> str:
    """Of a conversation's file, by its title."""
    return f"{safe_name(row.title, 'conversation')}.{ending}"


def name_in_archive(row: ConversationRow, ending: str) -> str:
    """Two of one title are two files."""
    return f"conversations/{safe_name(row.title, 'conversation')} {row.id[:8]}.{ending}"


def attachment_in_archive(row: AttachedRow | AttachmentRow) -> str:
    """Two of one name are two files."""
    return f"attachments/{row.id[:8]} {safe_name(row.name, 'file')}"


def _conversation(row: ConversationRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "model": row.model,
        "created_at": row.created_s,
        "updated_at": row.updated_s,
        "pinned": row.pinned,
        "archived": row.archived_s is not None,
        "folder_id": row.folder_id,
        "instructions": row.instructions,
        "sampling": json.loads(row.sampling) if row.sampling else {},
        "leaf_id": row.leaf_id,
    }


def _message(row: MessageRow, carried: Sequence[AttachedRow]) -> dict[str, Any]:
    return {
        "id": row.id,
        "parent_id": row.parent_id,
        "speaker": row.speaker,
        "text": row.text,
        "reasoning": row.reasoning,
        "status": row.status.value,
        "created_at": row.created_s,
        "finished_at": row.finished_s,
        "model": row.model,
        "finish": row.finish,
        "refusal": row.refusal,
        "eased": json.loads(row.eased) if row.eased else [],
        "timings": {"first_token_s": row.first_token_s, "reasoning_s": row.reasoned_s},
        "usage": {name: getattr(row.usage, name) for name in row.usage.__slots__},
        "attachments": [
            {
                "id": file.id,
                "name": file.name,
                "kind": file.kind,
                "media_type": file.media_type,
                "size_bytes": file.size_bytes,
                "file": attachment_in_archive(file),
            }
            for file in carried
        ],
    }


def _carried(opened: Opened) -> dict[str, list[AttachedRow]]:
    carried: dict[str, list[AttachedRow]] = {}
    for row in opened.attached:
        carried.setdefault(row.message_id, []).append(row)
    return carried


def _last(messages: Sequence[MessageRow]) -> str:
    return messages[-1].id if messages else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _when(unix_s: float) -> str:
    try:
        return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return "at an unknown time"
