"""Countdown: make a target of given numbers, each used once. Knows its problems, solutions and demonstrations.

The game of TinyZero (https://github.com/Jiayi-Pan/TinyZero), the smallest on which learning to search by reward alone
shows. Whether a problem is for training or held out is decided by its hash: no two draws, seeds or runs can disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from random import Random
from typing import Literal

from seawall.training.data.example import DataError, Example

Split = Literal["train", "held_out"]

# One in so many problems is held out: of three numbers up to 15 there are 7,700, so that more than a thousand are.
HELD_OUT_ONE_IN = 5
# Larger ones come up in tries that lead nowhere, and each would want a token of its own.
MOST = 225
_PROMPT = re.compile(r"Make ([0-9]{1,6}) from ([0-9]{1,6}(?:, [0-9]{1,6})+)\.", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """How hard it is.

    Attributes:
        numbers: so many are given; the ways to combine them are listed whole, 50 for three and 3,000 for four.
        largest: a given number is 1 to this.
        target: and the target 1 to this.
        tries: a demonstration finds the solution at its last try, and has 1 to so many.
    """

    numbers: int = 3
    largest: int = 15
    target: int = 99
    tries: int = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """``target`` is to be made of ``numbers``. Two are the same when target and sorted numbers are."""

    numbers: tuple[int, ...]
    target: int

    @property
    def prompt(self) -> str:
        return f"Make {self.target} from {', '.join(map(str, self.numbers))}."

    @property
    def key(self) -> str:
        return f"{','.join(map(str, sorted(self.numbers)))}={self.target}"

    @property
    def split(self) -> Split:
        number = int.from_bytes(sha256(self.key.encode()).digest()[:8], "big")
        return "held_out" if number % HELD_OUT_ONE_IN == 0 else "train"


@dataclass(frozen=True, slots=True)
class Term:
    """A value and the expression that makes it; ``tight`` unless it is a sum, which wants parentheses in a product."""

    value: int
    text: str
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """One way to combine all numbers: its steps, such as ``7 - 3 = 4``, and what it comes to."""

    steps: tuple[str, ...]
    result: Term

    @property
    def told(self) -> str:
        return ", ".join(self.steps)


def problem_of(prompt: str) -> Problem | None:
    """The problem that a prompt of ours states."""
    found = _PROMPT.fullmatch(prompt.strip())
    if found is None:
        return None
    return Problem(tuple(int(number) for number in found[2].split(", ")), int(found[1]))


def ways(numbers: Sequence[int]) -> list[Way]:
    """Every way up to the order of a sum or product, larger first; all that comes up is whole, and 0 to ``MOST``."""
    return [Way(steps, result) for steps, result in _ways([Term(number, str(number)) for number in numbers])]


def problems(random: Random, split: Split, game: Game) -> Iterator[Problem]:
    """Solvable problems of the split, without end."""
    while True:
        drawn = tuple(random.randint(1, game.largest) for _ in range(game.numbers))
        found = {Problem(drawn, way.result.value) for way in ways(drawn) if 1 <= way.result.value <= game.target}
        if fitting := sorted((one for one in found if one.split == split), key=lambda one: one.target):
            yield random.choice(fitting)


def distinct(found: Iterator[Problem], count: int) -> list[Problem]:
    """The first ``count`` that differ. Raises DataError where hardly any new ones come up any more."""
    kept: dict[str, Problem] = {}
    for drawn, problem in enumerate(found):
        if len(kept) == count:
            break
        if drawn > 20 * (count + 10):
            raise DataError(f"There are not {count:,} different countdown problems of this size: allow larger numbers.")
        kept.setdefault(problem.key, problem)
    return list(kept.values())


def demonstration(random: Random, problem: Problem, game: Game) -> Example:
    """A search that fails up to ``game.tries - 1`` times, each try worked out to its end, and then succeeds."""
    every = ways(problem.numbers)
    solution = random.choice([way for way in every if way.result.value == problem.target])
    failures = [way for way in every if way.result.value != problem.target]
    tries = random.sample(failures, min(len(failures), random.randrange(game.tries)))
    # Every number follows a space, so that each has one token wherever it stands.
    told = "\n".join(f" {way.told}" for way in (*tries, solution))
    return Example(problem.prompt, solution.result.text, told, "countdown")


def held_out(count: int, game: Game) -> list[Example]:
    """The first ``count`` held-out problems, the same in every run, so that two runs can be compared."""
    found = distinct(problems(Random("held out"), "held_out", game), count)
    return [Example(problem.prompt, "", rule="countdown") for problem in found]


def _ways(terms: list[Term]) -> Iterator[tuple[tuple[str, ...], Term]]:
    if len(terms) == 1:
        yield (), terms[0]
        return
    for first, second in combinations(range(len(terms)), 2):
        rest = [term for at, term in enumerate(terms) if at not in (first, second)]
        small, large = sorted((terms[first], terms[second]), key=lambda term: term.value)
        for sign, made in _combined(large, small):
            if made.value > MOST:
                continue
            step = f"{large.value} {sign} {small.value} = {made.value}"
            for steps, result in _ways([*rest, made]):
                yield (step, *steps), result


def _combined(large: Term, small: Term) -> Iterator[tuple[str, Term]]:
    yield "+", Term(large.value + small.value, f"{large.text} + {small.text}", tight=False)
    yield "-", Term(large.value - small.value, f"{large.text} - {_bound(small)}", tight=False)
    yield "*", Term(large.value * small.value, f"{_bound(large)} * {_bound(small)}")
    if small.value and large.value % small.value == 0:
        # A divisor of several numbers is bound even if it is a product: a / b * c is not a / (b * c).
        divisor = small.text if small.text.isdigit() else f"({small.text})"
        yield "/", Term(large.value // small.value, f"{_bound(large)} / {divisor}")


def _bound(term: Term) -> str:
    return term.text if term.tight else f"({term.text})"
