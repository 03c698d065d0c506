"""Who waits hears that the service lives; who waits in vain is refused, before the 200 where that can still be."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from chatting import saying
from running_service import RunningService, Serve, events, until

ASK: dict[str, Any] = {"model": "echo", "messages": [{"role": "user", "content": "one two three"}]}
PATH = "/v1/chat/completions"


def one_place(
    serve: Serve, *, answer_s: float, patience_s: float = 60, keep_alive_s: float = 0.2, foresees: bool = True
) -> RunningService:
    """A service that answers one question at a time, each for so long. One that does not foresee how long a question
    would wait lets it wait in vain, as does every other where an answer takes longer than it looked.
    """
    return serve(
        "--engine",
        f"echo:slots=1,tokens=10,token_ms={answer_s * 100}",
        environment={
            "SEAWALL_QUEUE_KEEP_ALIVE_S": str(keep_alive_s),
            "SEAWALL_QUEUE_PATIENCE_S": str(patience_s),
            "SEAWALL_QUEUE_DEADLINE": str(foresees),
        },
    )


@contextmanager
def occupied(service: RunningService, program: httpx.Client) -> Generator[None]:
    """The one place is taken, for as long as the block or the answer lasts."""
    with program.stream("POST", PATH, json={**ASK, "stream": True}) as response:
        lines = response.iter_lines()
        until(lambda: next(lines).startswith("data: "))
        until(lambda: service.metric("seawall_queue_held") == 1)
        yield


def test_a_waiting_stream_is_told_that_the_service_lives(serve: Serve) -> None:
    service = one_place(serve, answer_s=1.5)
    with (
        service.program() as program,
        occupied(service, program),
        program.stream("POST", PATH, json={**ASK, "stream": True}) as response,
    ):
        lines = list(response.iter_lines())
    assert response.status_code == 200
    first_data = next(place for place, line in enumerate(lines) if line.startswith("data: "))
    assert lines[:first_data].count(": keep-alive") >= 2
    assert set(lines[:first_data]) == {": keep-alive", ""}
    assert lines[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    assert sum(bool(choice["delta"].get("content")) for chunk in chunks for choice in chunk["choices"]) == 10


def test_a_waiting_document_begins_with_blank_lines_and_is_json_all_the_same(serve: Serve) -> None:
    service = one_place(serve, answer_s=1.5)
    with service.program() as program, occupied(service, program):
        answer = program.post(PATH, json=ASK)
    assert answer.status_code == 200
    blank = len(answer.text) - len(answer.text.lstrip("\n"))
    assert blank >= 2
    assert answer.json()["choices"][0]["message"]["content"]


def test_a_chat_that_waits_is_told_its_place(serve: Serve) -> None:
    service = one_place(serve, answer_s=1.5)
    with (
        service.program() as program,
        service.owner() as browser,
        occupied(service, program),
        saying(browser, "Hello") as response,
    ):
        said = list(events(response))
    assert [name for name, _ in said[:3]] == ["begun", "waiting", "piece"]
    assert said[1][1]["place"] == 1
    assert said[1][1]["wait_s"] > 0
    assert said[-1][1]["status"] == "complete"


def test_who_would_wait_in_vain_is_refused_at_once(serve: Serve) -> None:
    service = one_place(serve, answer_s=30, patience_s=0.5)
    with service.program() as program, occupied(service, program):
        answer = program.post(PATH, json={**ASK, "stream": True})
        assert service.metric("seawall_queue_waiting") == 0
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_room")


@pytest.mark.parametrize("stream", [True, False])
def test_who_waits_in_vain_but_not_for_long_is_refused_by_status(serve: Serve, stream: bool) -> None:
    service = one_place(serve, answer_s=30, patience_s=0.2, keep_alive_s=30, foresees=False)
    with service.program() as program, occupied(service, program):
        answer = program.post(PATH, json={**ASK, "stream": stream})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_room")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/json"


def test_a_stream_that_has_waited_long_in_vain_ends_in_an_error_event(serve: Serve) -> None:
    service = one_place(serve, answer_s=30, patience_s=1, foresees=False)
    with service.program() as program, occupied(service, program):
        answer = program.post(PATH, json={**ASK, "stream": True})
    assert answer.status_code == 200
    *before, last, end = answer.text.split("\n\n")
    assert set(before) == {": keep-alive"}
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "no_room"
    assert end == ""


def test_a_document_that_has_waited_long_in_vain_is_an_error_object(serve: Serve) -> None:
    service = one_place(serve, answer_s=30, patience_s=1, foresees=False)
    with service.program() as program, occupied(service, program):
        answer = program.post(PATH, json=ASK)
    assert answer.status_code == 200
    assert answer.json()["error"]["code"] == "no_room"


def test_who_leaves_gives_the_place_to_the_next(serve: Serve) -> None:
    service = one_place(serve, answer_s=30)
    answers: list[int] = []
    with service.program() as program:
        with occupied(service, program):
            waits = threading.Thread(
                target=lambda: answers.append(program.post(PATH, json={**ASK, "max_tokens": 1}).status_code)
            )
            waits.start()
            until(lambda: service.metric("seawall_queue_waiting") == 1)
        until(lambda: not waits.is_alive())
        waits.join()
    assert answers == [200]
    until(lambda: service.metric("seawall_queue_held") == 0)
