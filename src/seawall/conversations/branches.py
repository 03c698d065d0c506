"""The branches of a conversation. Knows which message follows which; knows no records."""

from __future__ import annotations

from collections.abc import Sequence

from seawall.records.conversation_entries import MessageRow

# As ``parent_id``: a further first message, such as an edited first question.
AT_THE_ROOT = ""


def path_to(messages: Sequence[MessageRow], leaf_id: str) -> tuple[MessageRow, ...]:
    """From a first message to that one; empty where it is none of ``messages``."""
    of_id = {message.id: message for message in messages}
    path: list[MessageRow] = []
    message = of_id.get(leaf_id)
    # Each message is taken once, so that records in a ring, which no change makes, end too.
    while message is not None and of_id.pop(message.id, None) is not None:
        path.append(message)
        message = None if message.parent_id is None else of_id.get(message.parent_id)
    return tuple(reversed(path))


def answer_to(messages: Sequence[MessageRow], message_id: str) -> MessageRow | None:
    """The first answer to that message."""
    return next((one for one in messages if one.parent_id == message_id and one.speaker == "assistant"), None)
