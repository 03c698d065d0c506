"""One question with its answer, and how both stand in a chat. Knows text; knows no tokenizer and no model."""

from __future__ import annotations

from dataclasses import dataclass

END_OF_TEXT = "<|endoftext|>"
TURN, END_OF_TURN = "<|im_start|>", "<|im_end|>"
THINK, END_OF_THINK = "<think>", "</think>"


class DataError(Exception):
    """Training data that cannot be used; its text is a sentence for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question that has one right answer, or several that a rule can tell.

    Attributes:
        answer: a right one; what is compared with depends on the rule.
        reasoning: how a demonstration comes to it; may be empty.
        rule: which of ``rewards.RULES`` judges an answer to it.
    """

    prompt: str
    answer: str
    reasoning: str = ""
    rule: str = "exact"


def as_question(prompt: str) -> str:
    """The chat up to where the model speaks. ChatML, as the template in tokenizer.json's neighbour has it."""
    return f"{TURN}user\n{prompt}{END_OF_TURN}\n{TURN}assistant\n"


def as_reply(example: Example) -> str:
    """What the model should say: its reasoning as DeepSeek-R1 marks it, then the answer alone."""
    return f"{THINK}{example.reasoning}{END_OF_THINK}{example.answer}{END_OF_TURN}"
