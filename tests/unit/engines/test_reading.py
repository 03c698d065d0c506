"""What accounting reads from chunks and completions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engines.port import EngineError
from seawall.engines.reading import Unreadable, read_chunk, read_completion
from seawall.values.piece import Usage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "message", "usage", "content", "error"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


def chunk(**choice: Any) -> bytes:
    return json.dumps({"choices": [choice]}).encode()


def test_a_chunk_with_words_counts_as_a_token_and_one_with_a_role_does_not() -> None:
    assert read_chunk(chunk(delta={"content": "Hi"})).tokens == 1
    assert read_chunk(chunk(delta={"role": "assistant", "content": None})).tokens == 0
    assert read_chunk(chunk(delta={"tool_calls": [{"index": 0}]})).tokens == 1


def test_reasoning_by_vllms_name_is_passed_on_by_the_name_that_clients_are_told() -> None:
    piece = read_chunk(chunk(delta={"reasoning": "hm"}))
    assert (piece.reasoning, piece.tokens) == ("hm", 1)
    assert json.loads(piece.data or b"")["choices"][0]["delta"] == {"reasoning_content": "hm"}
    whole = read_completion(chunk(message={"content": "So.", "reasoning": "hm"}))
    assert whole.reasoning == "hm"
    assert json.loads(whole.data or b"")["choices"][0]["message"] == {"content": "So.", "reasoning_content": "hm"}


def test_chunks_that_need_no_other_name_are_passed_on_byte_for_byte() -> None:
    for delta in ({"content": "Hi"}, {"reasoning_content": "hm"}, {"reasoning_content": "hm", "reasoning": "hm"}):
        data = b" " + chunk(delta=delta)
        assert read_chunk(data).data == data


def test_usage_is_read_in_openais_fields_and_in_deepseeks() -> None:
    openai = {
        "prompt_tokens": 9,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    assert read_chunk(json.dumps({"choices": [], "usage": openai}).encode()).usage == Usage(9, 4, 5, 3)
    deepseek = {"prompt_tokens": 9, "completion_tokens": 4, "prompt_cache_hit_tokens": 6}
    assert read_chunk(json.dumps({"choices": [], "usage": deepseek}).encode()).usage == Usage(9, 4, 6, 0)


def test_usage_that_comes_with_the_last_words_is_read_too() -> None:
    data = json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"completion_tokens": 2}}).encode()
    piece = read_chunk(data)
    assert (piece.finish, piece.usage) == ("stop", Usage(0, 2))


@given(JSON)
def test_whatever_json_comes_it_is_read_or_refused(value: object) -> None:
    data = json.dumps(value).encode()
    for read in (read_chunk, read_completion):
        try:
            piece = read(data)
        except (Unreadable, EngineError):
            continue
        assert piece.data == data
        assert isinstance(piece.text, str)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_chunk(data)
