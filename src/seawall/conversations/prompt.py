"""What of a conversation the model is shown. Knows turns and a budget; knows no tokenizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from seawall.records.conversation_entries import MessageRow
from seawall.values.content import chars_of

Message = dict[str, Any]

# UTF-8 bytes a token: English has about 4, Chinese about 3, so 3 errs on the safe side. Only the engine counts
# exactly, and refuses with limit and count what is still too long.
BYTES_PER_TOKEN = 3
# What a chat template puts around a message.
TOKENS_PER_MESSAGE = 8


@dataclass(frozen=True, slots=True)
class Attached:
    """What a message's attachments put before its own words: text, and parts in OpenAI's form such as images.

    ``tokens`` is what the parts come to; the text is counted like any other.
    """

    text: str = ""
    parts: tuple[Mapping[str, Any], ...] = ()
    tokens: int = 0


AttachedBy = Mapping[str, Attached]
"""What is attached, by the message that carries it."""

NOTHING_ATTACHED: AttachedBy = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asked:
    """The message that is to be answered."""

    message_id: str
    text: str


def prompt_of(
    history: Sequence[MessageRow],
    asked: Asked,
    budget_tokens: int | None,
    *,
    instructions: str = "",
    attached: AttachedBy = NOTHING_ATTACHED,
) -> list[Message]:
    """``instructions``, the newest turns of a branch that fit ``budget_tokens`` (all for None), then what is asked.

    A turn is a user's message with its answer; it is shown whole or not at all, as many chat templates demand
    that speakers alternate. Turns that were never answered are left out. Instructions and what is asked are always
    shown.
    """
    question, tokens = _shown("user", asked.message_id, asked.text, attached)
    chosen: list[Message] = [question]
    instructed: list[Message] = [{"role": "system", "content": instructions}] if instructions else []
    left = None if budget_tokens is None else budget_tokens - tokens - _tokens(instructions)
    for question, answer in reversed(_turns(history)):
        shown, tokens = _shown("user", question.id, question.text, attached)
        if left is not None:
            left -= tokens + _tokens(answer.text)
            if left < 0:
                break
        chosen[:0] = [shown, {"role": "assistant", "content": answer.text}]
    return [*instructed, *chosen]


def characters_of(messages: Sequence[Message]) -> int:
    """The weight of a prompt, in characters of text."""
    return sum(chars_of(message["content"]) for message in messages)


def _shown(role: str, message_id: str, text: str, attached: AttachedBy) -> tuple[Message, int]:
    carried = attached.get(message_id, Attached())
    words = f"{carried.text}\n\n{text}" if carried.text else text
    content = [*carried.parts, {"type": "text", "text": words}] if carried.parts else words
    return {"role": role, "content": content}, carried.tokens + _tokens(words)


def _turns(history: Sequence[MessageRow]) -> list[tuple[MessageRow, MessageRow]]:
    # However an answer ended, what it said was read and may be referred to; reasoning is not shown again, as its
    # models' publishers advise.
    return [
        (asked, answered)
        for asked, answered in pairwise(history)
        if asked.speaker == "user" and answered.speaker == "assistant" and answered.text
    ]


def _tokens(text: str) -> int:
    return len(text.encode(errors="replace")) // BYTES_PER_TOKEN + TOKENS_PER_MESSAGE if text else 0
