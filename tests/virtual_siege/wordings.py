"""What is asked in a siege, honestly or not. Knows lengths; knows no asker."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from seawall.values.question import Question
from stub_engine import Script, question_of
from virtual_siege.lengths import Deck

# What the API takes where a question names no length (limits.default_max_tokens).
UNNAMED_MAX_TOKENS = 1024

LONG_ANSWER_TOKENS = 900

Wording = Callable[[Random], Question]
"""Asks the next thing."""


def ordinary(deck: Deck) -> Wording:
    """What people ask, without a conversation."""

    def wording(random: Random) -> Question:
        prompt_tokens, answer_tokens = deck.deal()
        return question_of(Script(answer_tokens), prompt_tokens, UNNAMED_MAX_TOKENS)

    return wording


def long_answer(random: Random) -> Question:
    """Nothing unusual, but always to the end of what one gets without naming a length."""
    return question_of(Script(LONG_ANSWER_TOKENS), random.randint(800, 2400), UNNAMED_MAX_TOKENS)


def amplified(random: Random) -> Question:
    """A long prompt, and as long an answer as any question may ask for."""
    return question_of(Script(4096), random.randint(5_000, 7_000), 4096)


def cache_busting(random: Random) -> Question:
    """A long prompt that nearly was asked before, with a short answer: prefill is all of its work."""
    return question_of(Script(60), random.randint(6_000, 10_000), UNNAMED_MAX_TOKENS)


def template(random: Random) -> Question:
    """One of a harvester's: short, and answered at length."""
    return question_of(Script(700), random.randint(250, 350), UNNAMED_MAX_TOKENS)


def short(random: Random) -> Question:
    """An API client's: 200 tokens in, 40 out."""
    return question_of(Script(40), 200, UNNAMED_MAX_TOKENS)
