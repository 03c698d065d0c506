"""A service that is told to stop while people wait for their answers."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatting import saying
from running_service import RunningService, Serve, events, until


@pytest.fixture
def stopping(serve: Serve) -> RunningService:
    """Answers slower than it may stop."""
    return serve("--engine", "echo:token_ms=50,tokens=4000", environment={"SEAWALL_SHUTDOWN_S": "0.5"})


def test_streams_still_open_are_told_and_the_log_has_no_traceback(stopping: RunningService) -> None:
    ask = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}], "stream": True, "max_tokens": 4000}
    with (
        stopping.owner() as browser,
        stopping.program() as program,
        saying(browser, "Hello") as chat,
        program.stream("POST", "/v1/chat/completions", json=ask) as answer,
    ):
        said, lines = events(chat), answer.iter_lines()
        assert next(said)[0] == "begun"
        assert next(lines)
        assert stopping.stop() == 0
        *_, (last, told) = said
        data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    assert (last, told["error"]["code"]) == ("error", "engine_failed")
    assert "restarted" in told["error"]["message"]
    assert json.loads(data[-1])["error"]["code"] == "engine_failed"
    assert "Traceback" not in stopping.logged


@pytest.fixture
def heard_hangups() -> Iterator[None]:
    """A suite that runs under nohup is deaf to them, and what it starts would inherit that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("heard_hangups")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_in_order_however_it_is_asked_to(serve: Serve, how: signal.Signals) -> None:
    service = serve("--engine", "echo", fresh=True)
    service.process.send_signal(how)
    assert service.process.wait(10) == 0


def test_who_has_nothing_yet_gets_a_503_with_a_time_to_come_back(serve: Serve) -> None:
    service = serve("--engine", "echo:ttft_ms=60000", environment={"SEAWALL_SHUTDOWN_S": "0.5"})
    with service.program() as program, ThreadPoolExecutor(1) as elsewhere:
        ask = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
        answer = elsewhere.submit(program.post, "/v1/chat/completions", json=ask)
        until(lambda: service.metric("seawall_engine_in_flight") == 1)
        assert service.stop() == 0
        refused = answer.result()
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "engine_unavailable")
    assert int(refused.headers["retry-after"]) >= 1
