"""When the process may open no more descriptors: connections above all."""

from __future__ import annotations

import resource
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from running_service import RunningService, Serve, until

ASK: dict[str, Any] = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
PATH = "/v1/chat/completions"


def idle_connection(service: RunningService, number: int) -> socket.socket:
    """From a network of its own, so that it is not its network's cap that is met."""
    url = urlsplit(service.url)
    address = (url.hostname or "", url.port or 0)
    return socket.create_connection(address, timeout=5, source_address=(f"127.1.{number}.1", 0))


def lets_in(newcomer: httpx.Client) -> bool:
    """False too where the connection is closed at once: those of the crowd may not be all gone yet."""
    try:
        return newcomer.get("/livez").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="another process's limits can be set on Linux alone")
def test_who_is_connected_is_served_on_and_newcomers_enter_again_afterwards(serve: Serve) -> None:
    service = serve("--engine", "echo:tokens=4,token_ms=1")
    key = service.key()
    with service.program(key) as program, ExitStack() as crowd:
        assert program.post(PATH, json=ASK).status_code == 200
        used = len(list(Path(f"/proc/{service.process.pid}/fd").iterdir()))
        resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (used + 20, used + 20))
        for number in range(100):
            crowd.enter_context(idle_connection(service, number))
            assert program.post(PATH, json=ASK).status_code == 200
        crowd.close()
        with service.program(key) as newcomer:
            until(lambda: lets_in(newcomer))
            assert newcomer.post(PATH, json=ASK).status_code == 200
    assert "Traceback" not in service.logged
