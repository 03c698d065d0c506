"""A puzzle solved as a browser solves it, by altcha's own code. Knows the puzzle's form; knows no test."""

from __future__ import annotations

from typing import Any

from altcha.v2 import Challenge, Payload, solve_challenge


def solved(challenge: dict[str, Any]) -> str:
    asked = Challenge.from_dict(challenge)
    solution = solve_challenge(asked)
    assert solution is not None
    return Payload(asked, solution).to_base64()
