"""What a completion is worth, by rule alone: one if it is right, else nothing. Knows rules; knows no model.

No partial credit for form: DeepSeek-R1 adds a reward for its tags, but whatever is paid for besides the answer is
learnt instead of it, and the cold start has taught the form already.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from seawall.training.data.countdown import problem_of
from seawall.training.data.example import END_OF_THINK, THINK, Example
from seawall.training.verify import work_out

Rule = Callable[[Example, str], bool]

# A solution of three numbers takes twenty; what is longer tries something else.
MOST_ANSWER_CHARACTERS = 2_000
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)


def answer_of(completion: str) -> str | None:
    """What follows the reasoning, if there is exactly one reasoning, at the start, and one line after it."""
    if completion.count(THINK) != 1 or completion.count(END_OF_THINK) != 1 or not completion.startswith(THINK):
        return None
    answer = completion.partition(END_OF_THINK)[2].strip(" \n")
    plain = len(answer) <= MOST_ANSWER_CHARACTERS and answer.isprintable()
    return answer if answer and plain else None


def reward(example: Example, completion: str, *, ended: bool = True) -> float:
    """1.0 for a right answer in the right form. What was cut off is wrong, however its beginning reads."""
    answer = answer_of(completion) if ended else None
    return float(answer is not None and RULES[example.rule](example, answer))


def countdown(example: Example, answer: str) -> bool:
    """Every number of the problem once, no other, and the target comes out. The problem is read from the prompt, not
    from what the model wrote."""
    problem, worked = problem_of(example.prompt), work_out(answer)
    if problem is None or worked is None:
        return False
    return worked.value == problem.target and Counter(worked.numbers) == Counter(problem.numbers)


def number(example: Example, answer: str) -> bool:
    """The same whole number, written plainly."""
    return (
        _NUMBER.fullmatch(answer) is not None
        and _NUMBER.fullmatch(example.answer) is not None
        and int(answer) == int(example.answer)
    )


def exact(example: Example, answer: str) -> bool:
    """The same text."""
    return answer == example.answer.strip()


RULES: Mapping[str, Rule] = MappingProxyType({"countdown": countdown, "number": number, "exact": exact})
