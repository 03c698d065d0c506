"""How many tokens a prompt has, as the model server counts them. Knows two servers' ways; knows no transport."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from seawall.engines.port import ContextLengthExceeded, EngineRejected
from seawall.values.piece import Piece
from seawall.values.question import Question

# Posts a body to an address under the server's root and returns the JSON of the answer.
Ask = Callable[[str, Mapping[str, Any]], Awaitable[Any]]

# vLLM's (and SGLang's) way, then llama-server's, each with the field that tells. Both apply the chat template.
_WAYS = (("/tokenize", "count"), ("/v1/chat/completions/input_tokens", "input_tokens"))
_FIELDS = ("messages", "tools")


class Counting:
    """Tries the ways in turn, and keeps to the one that the server knows. A count is never a reason to refuse."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._ways = _WAYS

    async def count(self, question: Question) -> Piece:
        """``{"input_tokens": 12}``; null where the server cannot count. Raises EngineError where it is away or full."""
        body = {"model": question.model} | {name: question.fields[name] for name in _FIELDS if name in question.fields}
        for way in self._ways:
            path, field = way
            try:
                told = await self._ask(path, body)
            except ContextLengthExceeded as error:
                return counted(error.prompt_tokens)
            except EngineRejected:
                continue
            count = cast("dict[str, Any]", told).get(field) if isinstance(told, dict) else None
            if isinstance(count, int):
                self._ways = (way, *(other for other in self._ways if other is not way))
                return counted(count)
        return counted(None)


def counted(tokens: int | None) -> Piece:
    """The one piece of a count."""
    return Piece(b'{"input_tokens":%b}' % (b"null" if tokens is None else b"%d" % tokens), finish="stop")
