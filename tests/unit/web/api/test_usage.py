"""What an answer's last chunks tell of its usage, to who asked for it and who did not."""

from __future__ import annotations

import json
from typing import Any

from seawall.values.piece import Piece, Usage
from seawall.web.api.usage import last_chunk

USAGE = Usage(prompt_tokens=10, completion_tokens=3, cached_tokens=4)
CHOICE = {"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}


def told(choices: list[dict[str, Any]], *, wanted: bool) -> Any:
    data = json.dumps({"choices": choices, "usage": {"prompt_tokens": 10}}).encode()
    piece = Piece(data, tokens=len(choices), finish="stop" if choices else None, usage=USAGE)
    chunk = last_chunk(piece, USAGE, wanted=wanted)
    return None if chunk is None else json.loads(chunk)


def test_who_wants_usage_gets_it_in_both_vendors_fields() -> None:
    usage = told([], wanted=True)["usage"]
    assert usage["total_tokens"] == 13
    assert (usage["prompt_cache_hit_tokens"], usage["prompt_cache_miss_tokens"]) == (4, 6)


def test_who_does_not_gets_no_chunk_that_tells_nothing_else() -> None:
    assert told([], wanted=False) is None


def test_who_does_not_gets_a_chunk_of_words_without_it() -> None:
    assert told([CHOICE], wanted=False) == {"choices": [CHOICE]}
