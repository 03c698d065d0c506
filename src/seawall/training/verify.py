"""Works out an arithmetic expression that a model wrote. Knows arithmetic; runs nothing of what it is given.

What is let through is a list, not what is left after forbidding: a policy that is paid for passing finds what was
forgotten. There is no power, so a hundred characters come to no more than a hundred digits: the length bounds the work.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

MOST_CHARACTERS = 100
MOST_DEPTH = 16
# ASCII only: \d would take the digits of every script. No comma, dot, letter, underscore, quote, bracket or line break.
_ALLOWED = re.compile(r"[0-9+\-*/() ]+", re.ASCII)
_OPERATIONS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = MappingProxyType(
    {
        ast.Add: lambda one, other: one + other,
        ast.Sub: lambda one, other: one - other,
        ast.Mult: lambda one, other: one * other,
        ast.Div: lambda one, other: one / other,
    }
)


@dataclass(frozen=True, slots=True)
class Worked:
    """An expression's value, exact, and the numbers in it from left to right."""

    value: Fraction
    numbers: tuple[int, ...]


def work_out(expression: str) -> Worked | None:
    """The value of whole numbers joined by + - * / and parentheses; None for anything else, and for a division by zero.

    Never raises, and takes microseconds whatever it is given.
    """
    if len(expression) > MOST_CHARACTERS or not _ALLOWED.fullmatch(expression) or _depth(expression) > MOST_DEPTH:
        return None
    numbers: list[int] = []
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body, numbers)
    except (SyntaxError, ZeroDivisionError):
        return None
    return None if value is None else Worked(value, tuple(numbers))


def _value(node: ast.expr, numbers: list[int]) -> Fraction | None:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        numbers.append(node.value)
        return Fraction(node.value)
    if not isinstance(node, ast.BinOp) or type(node.op) not in _OPERATIONS:
        return None
    left, right = _value(node.left, numbers), _value(node.right, numbers)
    return None if left is None or right is None else _OPERATIONS[type(node.op)](left, right)


def _depth(expression: str) -> int:
    depth = deepest = 0
    for character in expression:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest
