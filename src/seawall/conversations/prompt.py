"""What of a conversation the model is shown. Knows turns and a budget; knows no tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from seawall.records.conversation_entries import MessageRow

Message = dict[str, str]

# UTF-8 bytes a token: English has about 4, Chinese about 3, so 3 errs on the safe side. Only the engine counts
# exactly, and refuses with limit and count what is still too long.
BYTES_PER_TOKEN = 3
# What a chat template puts around a message.
TOKENS_PER_MESSAGE = 8


def prompt_of(history: Sequence[MessageRow], text: str, budget_tokens: int | None) -> list[Message]:
    """The newest turns that fit ``budget_tokens`` (all of them for None), oldest first, then ``text``.

    A turn is a user's message with its answer; it is shown whole or not at all, as many chat templates demand
    that speakers alternate. Turns that were never answered are left out. The new message is always shown.
    """
    chosen: list[Message] = [{"role": "user", "content": text}]
    left = None if budget_tokens is None else budget_tokens - _tokens(text)
    for asked, answered in reversed(_turns(history)):
        if left is not None:
            left -= _tokens(asked.text) + _tokens(answered.text)
            if left < 0:
                break
        chosen[:0] = [{"role": "user", "content": asked.text}, {"role": "assistant", "content": answered.text}]
    return chosen


def _turns(history: Sequence[MessageRow]) -> list[tuple[MessageRow, MessageRow]]:
    # However an answer ended, what it said was read and may be referred to; reasoning is not shown again, as its
    # models' publishers advise.
    return [
        (asked, answered)
        for asked, answered in pairwise(history)
        if asked.speaker == "user" and answered.speaker == "assistant" and answered.text
    ]


def _tokens(text: str) -> int:
    return len(text.encode(errors="replace")) // BYTES_PER_TOKEN + TOKENS_PER_MESSAGE
