"""What our protocol class relies on in uvicorn, so that a new minor version cannot move it unseen."""

from __future__ import annotations

import inspect
import tomllib
from pathlib import Path

import uvicorn
from uvicorn.config import Config
from uvicorn.protocols.http import flow_control
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from seawall.edge.protocol import EdgeProtocol

PROJECT = Path(__file__).parents[3] / "pyproject.toml"
SOURCE = inspect.getsource(HttpToolsProtocol)
CYCLE = inspect.getsource(RequestResponseCycle)
# Each method of uvicorn's that ours stands in for, or that ours calls, with its parameters.
METHODS = {
    "__init__": ["self", "config", "server_state", "app_state", "_loop"],
    "connection_made": ["self", "transport"],
    "connection_lost": ["self", "exc"],
    "data_received": ["self", "data"],
    "eof_received": ["self"],
    "pause_writing": ["self"],
    "resume_writing": ["self"],
    "on_message_begin": ["self"],
    "on_url": ["self", "url"],
    "on_header": ["self", "name", "value"],
    "on_headers_complete": ["self"],
    "on_body": ["self", "body"],
    "on_message_complete": ["self"],
    "on_response_complete": ["self"],
    "send_400_response": ["self", "msg"],
    "handle_websocket_upgrade": ["self"],
    "shutdown": ["self"],
    "_should_upgrade": ["self"],
    "_start_asgi_task": ["self", "cycle", "app"],
}


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_it_is_the_minor_version_that_this_was_written_for() -> None:
    assert uvicorn.__version__.split(".")[:2] == ["0", "54"]
    project = tomllib.loads(PROJECT.read_text())["project"]
    assert "uvicorn>=0.54,<0.55" in project["dependencies"]


def test_every_method_stands_where_it_stood() -> None:
    assert {name: parameters(getattr(HttpToolsProtocol, name)) for name in METHODS} == METHODS


def test_ours_stands_in_for_methods_of_uvicorns_and_adds_none_by_mistake() -> None:
    added = {
        name
        for name, member in vars(EdgeProtocol).items()
        if inspect.isfunction(member) and name not in METHODS and not name.startswith("_")
    }
    # What the sweep asks of a connection.
    assert added == {"held", "unsent_bytes", "cut", "abort"}
    ours = {name for name in vars(EdgeProtocol) if name.startswith("_") and not name.startswith("__")}
    theirs = {name for name in vars(HttpToolsProtocol) if name.startswith("_") and not name.startswith("__")}
    assert ours & theirs == {"_start_asgi_task"}


def test_a_connections_attributes_are_there() -> None:
    config = Config(lambda scope: None, lifespan="off", log_config=None, http=EdgeProtocol)  # type: ignore[arg-type]
    protocol = HttpToolsProtocol(config, ServerState(), {}, _loop=object())  # type: ignore[arg-type]
    assert vars(protocol).keys() >= {
        *("loop", "parser", "server_state", "transport", "flow", "client", "pipeline", "scope", "headers", "cycle")
    }
    assert {"total_requests", "connections", "tasks", "default_headers"} <= vars(ServerState()).keys()
    assert parameters(flow_control.FlowControl) == ["transport"]
    assert "read_paused" in inspect.getsource(flow_control.FlowControl)


def test_a_cycles_attributes_mean_what_they_meant() -> None:
    for line in (
        "self.transport = transport",
        "self.disconnected = False",
        "self.keep_alive = keep_alive",
        "self.waiting_for_100_continue = expect_100_continue",
        "self.more_body = True",
        "self.response_started = False",
        "self.response_complete = False",
        "self.chunked_encoding: bool | None = None",
        "self.expected_content_length = 0",
        "self.message_event = message_event",
    ):
        assert line in CYCLE, line
    # The last three lines of an answer, on which lingering and keeping alive rest.
    assert (
        "if not self.keep_alive:\n                    self.transport.close()\n                self.on_response()"
        in CYCLE
    )


def test_uvicorn_passes_through_the_seams_that_are_ours() -> None:
    assert "self._start_asgi_task(self.cycle, app)" in SOURCE
    assert "on_response=self.on_response_complete" in SOURCE
    assert "self.pipeline.appendleft((self.cycle, app))" in SOURCE


def test_the_server_takes_any_callable_and_names_its_arguments() -> None:
    source = inspect.getsource(uvicorn.Server.startup)
    for argument in ("config=config", "server_state=self.server_state", "app_state=self.lifespan.state", "_loop=_loop"):
        assert argument in source
