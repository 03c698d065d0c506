"""What servers say when they refuse, word for word as they say it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seawall.engines.port import ContextLengthExceeded, EngineFull, EngineRejected, EngineUnavailable
from seawall.engines.upstream_errors import LONGEST_MESSAGE_CHARS, error_of_status

LLAMA = {
    "error": {
        "code": 400,
        "message": "request (9031 tokens) exceeds the available context size (4096 tokens), try increasing it",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 9031,
        "n_ctx": 4096,
    }
}
VLLM = {
    "error": {
        "message": "This model's maximum context length is 4096 tokens. However, your request has 9031 input tokens. "
        "Please reduce the length of the input messages.",
        "type": "BadRequestError",
        "code": 400,
    }
}
OPENAI = {
    "error": {
        "message": "This model's maximum context length is 4096 tokens. "
        "However, your messages resulted in 9031 tokens.",
        "code": "context_length_exceeded",
    }
}


@pytest.mark.parametrize(
    ("said", "prompt_tokens", "words"),
    [
        (
            "This model's maximum context length is 512 tokens. However, you requested 700 tokens "
            "(400 in the messages, 300 in the completion).",
            400,
            "max_tokens",
        ),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 300. This model's maximum context length is 512 "
            "tokens and your request has 400 input tokens (300 > 512 - 400).",
            400,
            "max_tokens",
        ),
        ("This model's maximum context length is 512 tokens. However, you requested 700 tokens.", 700, "come to 700"),
    ],
)
def test_messages_that_fit_but_leave_no_room_for_the_answer_are_told_apart(
    said: str, prompt_tokens: int, words: str
) -> None:
    error = error_of_status(400, None, json.dumps({"error": {"message": said, "code": 400}}).encode(), "")
    assert isinstance(error, ContextLengthExceeded)
    assert (error.limit_tokens, error.prompt_tokens) == (512, prompt_tokens)
    assert words in error.message


def error(status: int, body: Any, retry_after: str | None = None) -> Exception:
    return error_of_status(status, retry_after, json.dumps(body).encode(), secret="sk-1")


@pytest.mark.parametrize("body", [LLAMA, VLLM, OPENAI])
def test_a_prompt_too_long_is_told_with_both_counts_whoever_says_it(body: Any) -> None:
    found = error(400, body)
    assert isinstance(found, ContextLengthExceeded)
    assert (found.limit_tokens, found.prompt_tokens) == (4096, 9031)


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("3", 3.0), ("0.5", 0.5), (None, None), ("soon", None), ("-1", None), ("1e9", 3600.0)]
)
def test_retry_after_is_taken_where_it_is_a_sensible_number(retry_after: str | None, seconds: float | None) -> None:
    found = error(503, {}, retry_after)
    assert isinstance(found, EngineFull)
    assert found.retry_after_s == seconds


@pytest.mark.parametrize(
    "body", [{"detail": "Nope"}, {"message": "Nope"}, {"error": "Nope"}, {"error": {"message": "Nope"}}]
)
def test_the_servers_sentence_is_found_wherever_it_stands(body: Any) -> None:
    found = error(404, body)
    assert isinstance(found, EngineRejected)
    assert found.message == "Nope"


@pytest.mark.parametrize("body", [[], None, "text", {"error": {"message": 3}}, {"detail": [{"msg": "x"}]}])
def test_a_rejection_without_a_sentence_gets_ours(body: Any) -> None:
    assert "status 422" in str(error(422, body))


def test_a_sentence_is_bounded() -> None:
    assert len(str(error(400, {"error": {"message": "x" * 10_000}}))) == LONGEST_MESSAGE_CHARS


def test_a_gateways_html_is_not_shown() -> None:
    found = error_of_status(502, None, b"<html>nginx</html>", "")
    assert isinstance(found, EngineUnavailable)
    assert "html" not in found.message
