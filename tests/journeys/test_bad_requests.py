"""Wrong requests to the API and the chat: each has its status, its code and a sentence that says what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from running_service import RunningService, Serve

HELLO = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
SAY = {"message_id": "message-1", "text": "Hello"}
MIB = 1024 * 1024
DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", "echo:context=100,tokens=20")


@pytest.fixture(scope="module")
def program(service: RunningService) -> Iterator[httpx.Client]:
    with service.program() as client:
        yield client


@pytest.fixture(scope="module")
def browser(service: RunningService) -> Iterator[httpx.Client]:
    with service.owner() as client:
        yield client


def refusal(answer: httpx.Response) -> tuple[int, str, str | None, str]:
    """Status, code, the field at fault and the sentence; the error has OpenAI's form and nothing else is said."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    told = answer.json()
    assert told.keys() == {"error"}
    error = told["error"]
    assert error.keys() == {"message", "type", "code", "param"}
    assert error["message"].endswith((".", "?")), error["message"]
    assert error["message"][0].isupper() or error["message"][0] == "'", error["message"]
    return answer.status_code, error["code"], error["param"], error["message"]


def posted(client: httpx.Client, path: str, body: str | bytes | dict[str, Any]) -> httpx.Response:
    content = json.dumps(body) if isinstance(body, dict) else body
    return client.post(path, content=content, headers={"content-type": "application/json"})


def message(content: object) -> dict[str, Any]:
    return {**HELLO, "messages": [{"role": "user", "content": content}]}


@pytest.mark.parametrize(
    ("body", "status", "code", "param", "words"),
    [
        ("", 400, "broken_json", None, "line 1, column 1"),
        ('{"model": "echo", ', 400, "broken_json", None, "not valid JSON"),
        (b"\xff\xfe{}", 400, "broken_json", None, "UTF-8"),
        (DEEP, 400, "broken_json", None, "nested too deep"),
        ('{"a": ' + "9" * 5000 + "}", 400, "broken_json", None, "thousands of digits"),
        ('{"model": "echo", "temperature": NaN}', 400, "broken_json", None, "NaN"),
        ('{"model": "echo", "temperature": -Infinity}', 400, "broken_json", None, "-Infinity"),
        ('{"model": "echo", "temperature": 1e999}', 400, "invalid_request", None, ""),
        ("[]", 400, "invalid_request", None, "must be a JSON object"),
        ('{"model": "\\ud800"}', 400, "invalid_request", None, "half of a surrogate pair"),
        ({"messages": HELLO["messages"]}, 400, "invalid_request", "model", "'model'"),
        ({**HELLO, "model": 7}, 400, "invalid_request", "model", "'model'"),
        ({**HELLO, "temperature": "1"}, 400, "invalid_request", "temperature", "'temperature'"),
        ({**HELLO, "stream": "yes"}, 400, "invalid_request", "stream", "'stream'"),
        ({**HELLO, "max_tokens": -1}, 400, "invalid_request", "max_tokens", "'max_tokens'"),
        ({**HELLO, "messages": "Hello"}, 400, "invalid_request", "messages", "'messages'"),
        ({**HELLO, "messages": []}, 400, "invalid_request", "messages", "Send at least one"),
        ({**HELLO, "messages": [{}]}, 400, "invalid_request", "messages[0].role", "'messages[0].role'"),
        (message(""), 400, "invalid_request", "messages[0].content", "is empty"),
        (message([]), 400, "invalid_request", "messages[0].content", "is empty"),
        (message(None), 400, "invalid_request", "messages[0].content", "'messages[0].content'"),
        (message(7), 400, "invalid_request", "messages[0].content", "'messages[0].content'"),
        ({**HELLO, "temprature": 1}, 400, "unknown_field", "temprature", "Did you mean 'temperature'?"),
        ({**HELLO, "grammar": "root ::= [a]"}, 400, "unsupported_field", "grammar", "response_format"),
        ({**HELLO, "n": 2}, 400, "unsupported_field", "n", "must be 1"),
        ({**HELLO, "logit_bias": dict.fromkeys(map(str, range(301)), 1)}, 400, "invalid_request", "logit_bias", "300"),
        ({**HELLO, "model": "ech"}, 404, "model_not_found", "model", "Did you mean 'echo'?"),
        (message("word " * 100), 400, "context_length_exceeded", "messages", "context is 100 tokens"),
    ],
    ids=lambda value: None if isinstance(value, (bytes, dict)) else str(value)[:40],
)
def test_a_wrong_question_is_told_what_is_wrong(
    program: httpx.Client, body: str | bytes | dict[str, Any], status: int, code: str, param: str | None, words: str
) -> None:
    *told, sentence = refusal(posted(program, "/v1/chat/completions", body))
    assert told[:2] == [status, code], sentence
    if words:
        assert told[2] == param
        assert words in sentence


def test_an_over_long_prompt_is_told_limit_and_count(program: httpx.Client, browser: httpx.Client) -> None:
    *_, sentence = refusal(posted(program, "/v1/chat/completions", message("word " * 100)))
    assert "context is 100 tokens" in sentence
    assert "come to 101" in sentence
    with browser.stream("POST", "/api/chat", json={"message_id": "message-2", "text": "word " * 100}) as response:
        told = response.read().decode()
    assert "context is 100 tokens" in told
    assert "context_length_exceeded" in told


@pytest.mark.parametrize(
    ("body", "code", "param", "words"),
    [
        ('{"text": ', "broken_json", None, "not valid JSON"),
        (b"\xff\xfe{}", "broken_json", None, "not valid JSON"),
        (DEEP, "broken_json", None, "nested too deep"),
        ("[]", "invalid_request", None, "JSON object"),
        ('{"message_id": "message-1", "text": NaN}', "invalid_request", "text", "'text'"),
        ('{"message_id": "message-1", "text": "\\udc00"}', "invalid_request", "text", "half of a surrogate pair"),
        ({**SAY, "text": ""}, "invalid_request", "text", "empty"),
        ({**SAY, "text": " \n\t"}, "invalid_request", "text", "empty"),
        ({**SAY, "text": 7}, "invalid_request", "text", "'text'"),
        ({**SAY, "text": "a\x00b"}, "invalid_request", "text", "NUL"),
        ({"text": "Hello"}, "invalid_request", "message_id", "missing"),
        ({**SAY, "message_id": "../../etc"}, "invalid_request", "message_id", "'message_id'"),
        ({**SAY, "txt": "Hello"}, "unknown_field", "txt", "Leave it out"),
    ],
    ids=lambda value: None if isinstance(value, (bytes, dict)) else str(value)[:40],
)
def test_a_wrong_message_in_the_chat_is_told_what_is_wrong(
    browser: httpx.Client, body: str | bytes | dict[str, Any], code: str, param: str | None, words: str
) -> None:
    *told, sentence = refusal(posted(browser, "/api/chat", body))
    assert told == [400, code, param], sentence
    assert words in sentence


def test_an_unknown_model_or_conversation_in_the_chat_is_not_found(browser: httpx.Client) -> None:
    assert refusal(browser.post("/api/chat", json={**SAY, "model": "nobody"}))[:2] == (404, "model_not_found")
    assert refusal(browser.post("/api/chat", json={**SAY, "conversation_id": "nothing"}))[:2] == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/api/chat"])
@pytest.mark.parametrize("announced", [True, False], ids=["with its length told", "in chunks"])
def test_a_body_over_its_bound_is_refused(
    program: httpx.Client, browser: httpx.Client, path: str, announced: bool
) -> None:
    client = program if path.startswith("/v1") else browser
    body = b" " * (MIB + 1)
    content = body if announced else (body[start : start + 65536] for start in range(0, len(body), 65536))
    status, code, _, sentence = refusal(client.post(path, content=content))
    assert (status, code) == (413, "body_too_large")
    assert "larger than 1 MiB" in sentence


def test_a_body_at_its_bound_is_read(program: httpx.Client) -> None:
    body = json.dumps({**HELLO, "user": "u"})
    padded = body + " " * (MIB - len(body))
    assert posted(program, "/v1/chat/completions", padded).status_code == 200


def test_addresses_and_methods_that_are_none_are_told_so(program: httpx.Client) -> None:
    assert refusal(program.get("/v1/nothing"))[:2] == (404, "not_found")
    assert refusal(program.get("/api/nothing"))[:2] == (404, "not_found")
    wrong = program.get("/v1/chat/completions")
    assert refusal(wrong)[:2] == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "POST"


def test_who_brings_no_key_or_no_session_is_told_which(service: RunningService) -> None:
    with service.client() as stranger:
        assert refusal(stranger.post("/v1/chat/completions", json=HELLO))[:2] == (401, "unknown_key")
        assert refusal(stranger.post("/api/chat", json=SAY))[:2] == (401, "not_signed_in")
        stranger.cookies.set("seawall_session", "v1.forged.cookie")
        assert refusal(stranger.get("/api/auth/me"))[:2] == (401, "not_signed_in")


def test_what_another_site_sends_with_our_cookie_is_refused(browser: httpx.Client) -> None:
    foreign = {"origin": "https://evil.example"}
    assert refusal(browser.post("/api/chat", json=SAY, headers=foreign))[:2] == (403, "cross_site")
    assert refusal(browser.post("/api/chat", json=SAY, headers={"sec-fetch-site": "cross-site"}))[0] == 403
    assert refusal(browser.post("/api/chat", json=SAY, headers={"x-csrf-token": "wrong"}))[0] == 403


def test_after_all_of_that_the_service_answers_as_before(program: httpx.Client, service: RunningService) -> None:
    assert posted(program, "/v1/chat/completions", HELLO).status_code == 200
    assert "Traceback" not in service.logged
