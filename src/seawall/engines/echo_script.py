"""What the scripted engine is told to do. Knows the spec string and its keys; plays nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from seawall.engines.port import EngineError


@dataclass(frozen=True, slots=True)
class EchoScript:
    """The keys of ``echo:key=value,...`` with their defaults. A key that counts tokens is off at -1 or 0."""

    slots: int = 8
    """Answers at once."""
    ttft_ms: float = 0.0
    """Time to the first token."""
    prefill_ms: float = 0.0
    """On top of it, for every 1000 characters of the question."""
    token_ms: float = 0.0
    """Time between two tokens."""
    tokens: int = 40
    """Length of an answer, where the question does not ask for a shorter one."""
    reasoning: int = 0
    """So many tokens of reasoning come first; they count as tokens of the answer."""
    text: str = ""
    """What is said over and over; empty: the last message's words."""
    context: int = 8192
    """The context told and kept, at about four characters a token."""
    model: str = "echo"
    """The model's name."""
    vision: int = 0
    """1: it takes images, and names them where its last message holds some."""
    tools: int = 0
    """1: where a question brings tools, the first one is called with the words that would be said."""
    embeddings: int = 16
    """The dimensions of the vectors that it makes of texts; 0: it makes none."""
    error_rate: float = 0.0
    """The share of questions that end before the first token as if the engine could not be reached."""
    fail_at: int = -1
    """Before token N, every answer breaks; at 0 the engine is unavailable, later it broke."""
    stall_at: int = -1
    """Before token N, every answer falls silent for good."""
    crash_at: int = -1
    """Before token N, the engine dies with all its answers, and is back after ``restart_ms``."""
    restart_ms: float = 500.0
    """How long it is away after a crash."""
    seed: int = 0
    """Of the chance in ``error_rate``."""

    @property
    def is_bounded(self) -> bool:
        counts = self.slots > 0 and self.tokens > 0 and self.context > 0 and self.embeddings >= 0
        return counts and 0 <= self.error_rate <= 1

    @classmethod
    def parse(cls, spec: str) -> EchoScript:
        """Of ``echo`` or ``echo:key=value,key=value``. ``text`` may hold no comma.

        Raises:
            EngineError: a key is unknown (the nearest is named) or a value does not fit.
        """
        _, _, options = spec.partition(":")
        kinds: dict[str, type[Any]] = {key.name: type(key.default) for key in fields(cls)}
        values: dict[str, int | float | str] = {}
        for option in filter(None, options.split(",")):
            key, _, value = option.partition("=")
            key = key.strip()
            if key not in kinds:
                raise EngineError(_unknown(key, kinds))
            values[key] = _converted(key, value.strip(), kinds[key])
        script = cls(**values)  # pyright: ignore[reportArgumentType]  # Each value has its field's own type.
        if not script.is_bounded:
            raise EngineError("The echo engine needs slots, tokens and context above 0 and error_rate between 0 and 1.")
        return script


def _converted(key: str, value: str, kind: type[Any]) -> int | float | str:
    try:
        converted: int | float | str = kind(value)
    except ValueError as error:
        wanted = "a whole number" if kind is int else "a number"
        raise EngineError(f"The echo engine's {key} must be {wanted}, not {value!r}.") from error
    if key.endswith("_ms") and not 0 <= float(converted) < 3_600_000:
        raise EngineError(f"The echo engine's {key} must lie between 0 and an hour, not {value!r}.")
    return converted


def _unknown(key: str, kinds: dict[str, type[Any]]) -> str:
    near = get_close_matches(key, kinds, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(kinds)}."
    return f"The echo engine has no {key!r}: {hint}"
