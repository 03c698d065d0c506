"""The end of an answer that is ended early: as its engine would have ended it."""

from __future__ import annotations

import json

from seawall.answering.cutting import ending_after
from seawall.values.piece import Piece, Usage

CHUNK = {
    "id": "chatcmpl-7",
    "object": "chat.completion.chunk",
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": "so"}, "finish_reason": None}],
}


def test_it_ends_by_length_and_then_tells_usage_under_the_answers_own_id():
    usage = Usage(prompt_tokens=3, completion_tokens=64)
    finish, told = ending_after(Piece(json.dumps(CHUNK).encode(), text="so", tokens=1), usage)
    assert finish.finish == "length"
    assert json.loads(finish.data)["choices"] == [{"index": 0, "delta": {}, "finish_reason": "length"}]
    assert json.loads(finish.data)["id"] == "chatcmpl-7"
    assert told.usage == usage
    assert json.loads(told.data)["choices"] == []
