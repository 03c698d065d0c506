"""The official ``anthropic`` client against the running service, as any program would use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest
from anthropic import Anthropic

from running_service import RunningService, Serve, until

ASK: list[Any] = [{"role": "user", "content": "one two three four five six"}]
TOOL: Any = {"name": "look", "input_schema": {"type": "object", "properties": {"text": {"type": "string"}}}}
PNG = "iVBORw0KGgo="
REASONING, TOKENS = 3, 9


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    script = f"echo:reasoning={REASONING},tokens={TOKENS},token_ms=1,tools=1,vision=1"
    return serve_for_all("--engine", script)


@pytest.fixture(scope="module")
def key(service: RunningService) -> str:
    return service.key()


@pytest.fixture
def client(service: RunningService, key: str) -> Iterator[Anthropic]:
    with client_of(service, key) as client:
        yield client


def client_of(service: RunningService, key: str) -> Anthropic:
    """Without its retries, which would hide what the service said first."""
    return Anthropic(base_url=service.url, api_key=key, max_retries=0, timeout=60)


def refused(error: anthropic.APIStatusError) -> tuple[int, str, str]:
    assert isinstance(error.body, dict)
    assert error.body["type"] == "error"
    told = error.body["error"]
    assert told["message"].endswith((".", "?"))
    return error.status_code, told["type"], told["code"]


def test_a_message_comes_with_its_thinking_its_text_and_its_usage(client: Anthropic) -> None:
    message = client.messages.create(model="echo", max_tokens=100, messages=ASK, system="Be brief.")
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert (message.role, message.stop_reason, message.model) == ("assistant", "end_turn", "echo")
    assert message.usage.output_tokens == TOKENS
    assert message.usage.input_tokens > 0


def test_a_stream_says_the_same_with_its_events_in_order(client: Anthropic) -> None:
    plain = client.messages.create(model="echo", max_tokens=100, messages=ASK)
    events: list[str] = []
    with client.messages.stream(model="echo", max_tokens=100, messages=ASK) as stream:
        for event in stream:
            if event.type not in ("text", "thinking", "content_block_delta", "signature"):
                events.append(event.type)
        whole = stream.get_final_message()
    assert [block.model_dump() for block in whole.content] == [block.model_dump() for block in plain.content]
    assert whole.usage.output_tokens == TOKENS
    assert whole.usage.input_tokens == plain.usage.input_tokens
    assert whole.stop_reason == "end_turn"
    block = ["content_block_start", "content_block_stop"]
    assert events == ["message_start", *block, *block, "message_delta", "message_stop"]


@pytest.mark.parametrize("streamed", [True, False])
def test_a_tool_is_called_and_its_result_is_answered(client: Anthropic, streamed: bool) -> None:
    asked: dict[str, Any] = {"model": "echo", "max_tokens": 100, "messages": ASK, "tools": [TOOL]}
    if streamed:
        with client.messages.stream(**asked) as stream:
            message = stream.get_final_message()
    else:
        message = client.messages.create(**asked)
    assert message.stop_reason == "tool_use"
    call = message.content[-1]
    assert call.type == "tool_use"
    assert (call.name, call.input) == ("look", {"text": "four five six one two three"})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "a wall", "is_error": False}
    said: list[Any] = [*ASK, {"role": "assistant", "content": message.content}, {"role": "user", "content": [result]}]
    after = client.messages.create(model="echo", max_tokens=100, messages=said, tools=[TOOL])
    assert (after.stop_reason, after.content[-1].type) == ("end_turn", "text")


def test_an_image_is_seen(client: Anthropic) -> None:
    source: Any = {"type": "base64", "media_type": "image/png", "data": PNG}
    content: Any = [{"type": "image", "source": source}, {"type": "text", "text": "what"}]
    message = client.messages.create(model="echo", max_tokens=100, messages=[{"role": "user", "content": content}])
    assert message.content[-1].type == "text"
    assert "[image/png]" in message.content[-1].text


def test_a_shorter_answer_ends_by_its_length(client: Anthropic) -> None:
    message = client.messages.create(model="echo", max_tokens=4, messages=ASK)
    assert (message.stop_reason, message.usage.output_tokens) == ("max_tokens", 4)


def test_tokens_are_counted_without_asking_the_model(client: Anthropic) -> None:
    counted = client.messages.count_tokens(model="echo", messages=ASK)
    assert counted.input_tokens == client.messages.create(model="echo", max_tokens=1, messages=ASK).usage.input_tokens


def test_the_models_are_listed_for_this_client_too(client: Anthropic) -> None:
    (model,) = client.models.list().data
    assert (model.id, model.type, model.display_name) == ("echo", "model", "echo")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"temperature": 1.5}, "temperature"),
        ({"mcp_servers": []}, "calls no servers"),
        (
            {"messages": [{"role": "user", "content": [{"type": "document", "source": {}}]}]},
            "messages[0].content[0].type",
        ),
        ({"messages": []}, "messages"),
    ],
)
def test_what_is_not_taken_is_a_bad_request_that_names_it(client: Anthropic, wrong: Any, words: str) -> None:
    with pytest.raises(anthropic.BadRequestError) as caught:
        client.messages.create(model="echo", max_tokens=9, messages=ASK, extra_body=wrong)
    assert refused(caught.value)[:2] == (400, "invalid_request_error")
    assert words in str(caught.value)


def test_another_version_of_the_api_is_refused(client: Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="2023-06-01"):
        client.messages.create(
            model="echo", max_tokens=9, messages=ASK, extra_headers={"anthropic-version": "2023-01-01"}
        )


def test_refusals_raise_what_the_client_knows_them_by(service: RunningService, client: Anthropic) -> None:
    with client_of(service, "sw-nobody") as stranger, pytest.raises(anthropic.AuthenticationError) as unknown:
        stranger.messages.create(model="echo", max_tokens=9, messages=ASK)
    assert refused(unknown.value) == (401, "authentication_error", "unknown_key")
    with pytest.raises(anthropic.NotFoundError) as missing:
        client.messages.create(model="ecko", max_tokens=9, messages=ASK)
    assert refused(missing.value) == (404, "not_found_error", "model_not_found")
    with pytest.raises(anthropic.APIStatusError) as large:
        client.messages.create(model="echo", max_tokens=9, messages=[{"role": "user", "content": "x" * 2_000_000}])
    assert refused(large.value) == (413, "request_too_large", "body_too_large")
    with service.owner() as owner:
        narrow = owner.post("/api/keys", json={"name": "vectors", "scopes": ["embeddings"]}).json()["key"]
    with client_of(service, narrow) as limited, pytest.raises(anthropic.PermissionDeniedError) as forbidden:
        limited.messages.create(model="echo", max_tokens=9, messages=ASK)
    assert refused(forbidden.value) == (403, "permission_error", "not_allowed")


def test_an_engine_that_cannot_answer_says_when_to_come_back(serve: Serve) -> None:
    service = serve("--engine", "echo:fail_at=0")
    with client_of(service, service.key()) as client, pytest.raises(anthropic.APIStatusError) as caught:
        client.messages.create(model="echo", max_tokens=9, messages=ASK)
    assert refused(caught.value) == (503, "overloaded_error", "engine_unavailable")
    assert int(caught.value.response.headers["retry-after"]) >= 1


def test_an_answer_that_breaks_in_the_middle_raises_after_what_was_said(serve: Serve) -> None:
    service = serve("--engine", "echo:fail_at=4,text=well")
    heard: list[str] = []
    with (
        client_of(service, service.key()) as client,
        client.messages.stream(model="echo", max_tokens=9, messages=ASK) as stream,
        pytest.raises(anthropic.APIError, match="broke in the middle"),
    ):
        heard.extend(stream.text_stream)
    assert "".join(heard).split() == ["well"] * 4


class Halting(httpx2.SyncByteStream):
    """A body that stops in the middle until the service has refused something."""

    def __init__(self, body: bytes, service: RunningService) -> None:
        self._body, self._service = body, service

    def __iter__(self) -> Iterator[bytes]:
        yield self._body[:10]
        until(lambda: self._service.metric("seawall_refusals_total") >= 1)
        yield self._body[10:]


class HaltingLine(httpx2.HTTPTransport):
    """Sends every body so."""

    def __init__(self, service: RunningService) -> None:
        super().__init__()
        self._service = service

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.stream = Halting(request.read(), self._service)
        return super().handle_request(request)


def test_who_is_too_slow_or_has_spent_all_is_told_so_in_this_clients_form(serve: Serve) -> None:
    bounds = {"SEAWALL_EDGE_BODY_IDLE_S": "0.3", "SEAWALL_BUDGET_REQUESTS_PER_DAY": "1"}
    service = serve("--engine", "echo:tokens=3", environment=bounds)
    with client_of(service, service.key()) as client:
        with httpx2.Client(transport=HaltingLine(service)) as line, pytest.raises(anthropic.APIStatusError) as slow:
            client.with_options(http_client=line).messages.create(model="echo", max_tokens=9, messages=ASK)
        assert refused(slow.value) == (408, "timeout_error", "too_slow")
        client.messages.create(model="echo", max_tokens=9, messages=ASK)
        with pytest.raises(anthropic.RateLimitError) as spent:
            client.messages.create(model="echo", max_tokens=9, messages=ASK)
    assert refused(spent.value) == (429, "rate_limit_error", "budget_spent")
    assert int(spent.value.response.headers["retry-after"]) >= 1
