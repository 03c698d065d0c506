"""Sums with one right answer, worked out digit by digit. Knows arithmetic; the same seed makes the same sums."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from random import Random

from seawall.training.data.countdown import HELD_OUT_ONE_IN, Split
from seawall.training.data.example import Example

_SIGNS = ("+", "-", "*")


def sums(random: Random, split: Split, most: int = 99) -> Iterator[Example]:
    """Additions, subtractions and multiplications of numbers up to ``most``, without end; split by their hash."""
    while True:
        one, other = random.randint(0, most), random.randint(0, most)
        example = _of(one, random.choice(_SIGNS), other)
        number = int.from_bytes(sha256(example.prompt.encode()).digest()[:8], "big")
        if ("held_out" if number % HELD_OUT_ONE_IN == 0 else "train") == split:
            yield example


def _of(one: int, sign: str, other: int) -> Example:
    if sign == "+":
        return _example(one, sign, other, one + other, _added(one, other))
    if sign == "-":
        one, other = max(one, other), min(one, other)
        return _example(one, sign, other, one - other, f" {other} + {one - other} = {one}.")
    tens, ones = one * (other // 10 * 10), one * (other % 10)
    told = f" {one} * {other // 10 * 10} = {tens}, {one} * {other % 10} = {ones}, {tens} + {ones} = {one * other}."
    return _example(one, sign, other, one * other, told)


def _added(one: int, other: int) -> str:
    """By ones and tens, as it is taught."""
    ones, tens = one % 10 + other % 10, one // 10 * 10 + other // 10 * 10
    parts = (f"{one % 10} + {other % 10} = {ones}", f"{one // 10 * 10} + {other // 10 * 10} = {tens}")
    return f" {', '.join(parts)}, {tens} + {ones} = {one + other}."


def _example(one: int, sign: str, other: int, answer: int, reasoning: str) -> Example:
    return Example(f"What is {one} {sign} {other}?", str(answer), reasoning, "number")
