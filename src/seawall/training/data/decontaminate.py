"""Keeps held-out problems out of what is trained on. Knows texts and problems; knows no training.

Twice: problems of known form by their key, so that a reordering does not hide one; everything else by MinHash over word
pairs (Broder 1997; datasketch), whose candidates are then compared exactly: an estimate must not refuse anybody's data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from datasketch import MinHash, MinHashLSH  # pyright: ignore[reportMissingTypeStubs]

from seawall.training.data.countdown import problem_of
from seawall.training.data.example import DataError, Example

# Jaccard likeness of word pairs, as is usual for near copies. Texts with other numbers are other problems all the same.
TOO_LIKE = 0.7
_PERMUTATIONS = 64
# 16 bands of 4: two texts that are alike by 0.7 meet in one of them but once in 90 times not, by 0.8 once in 5,000.
_BANDS = (16, 4)
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Contamination:
    """A held-out problem that was found in training data, at which place of it, as what."""

    held_out: str
    found: str
    position: int

    def __str__(self) -> str:
        return f"the held-out problem '{self.held_out}' stands in example {self.position + 1}, as '{self.found}'"


class HeldOut:
    """The problems that nobody may train on."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._prompts = list(dict.fromkeys(example.prompt for example in examples))
        self._by_key = {_key(prompt): prompt for prompt in self._prompts}
        self._index: Any = MinHashLSH(params=_BANDS, num_perm=_PERMUTATIONS)
        for number, prompt in enumerate(self._prompts):
            self._index.insert(number, _sketch(_pairs(prompt)))

    def found_in(self, texts: Iterable[str]) -> Iterator[Contamination]:
        """Each text that is one of the held-out problems or too like one; documents are looked through by lines."""
        for position, text in enumerate(texts):
            for line in text.splitlines():
                if line.strip() and (held_out := self._match(line)):
                    yield Contamination(held_out, line.strip(), position)

    def refuse(self, texts: Iterable[str]) -> None:
        """Raises DataError that names the first one found."""
        for one in self.found_in(texts):
            raise DataError(f"Training is refused: {one}. Take it out, or hold other problems out.")

    def _match(self, line: str) -> str | None:
        if exact := self._by_key.get(_key(line)):
            return exact
        pairs = _pairs(line)
        candidates: list[int] = self._index.query(_sketch(pairs))
        return next((prompt for number in candidates if _too_like(line, prompt := self._prompts[number])), None)


def _too_like(line: str, prompt: str) -> bool:
    one, other = _pairs(line), _pairs(prompt)
    return len(one & other) >= TOO_LIKE * len(one | other) and _numbers(line) == _numbers(prompt)


def _key(prompt: str) -> str:
    problem = problem_of(prompt)
    return problem.key if problem else " ".join(_words(prompt))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _numbers(text: str) -> Counter[str]:
    return Counter(word for word in _words(text) if word.isdigit())


def _pairs(text: str) -> frozenset[str]:
    words = _words(text)
    return frozenset(f"{one} {other}" for one, other in pairwise(words)) or frozenset(words)


def _sketch(pairs: Iterable[str]) -> Any:
    sketch: Any = MinHash(num_perm=_PERMUTATIONS)
    sketch.update_batch([pair.encode() for pair in pairs])
    return sketch
