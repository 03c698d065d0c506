"""A real HAProxy in front of a service, that announces its clients. Knows how to run it; knows no test."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

# It comes from an address of its own, so that a test can trust it without trusting all of this machine.
OWN_ADDRESS = "127.0.0.9"
_CONFIGURATION = """
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen front
    bind fd@{listener}
    server seawall {target} source {own} {announces}
"""


class HaProxy:
    """Listens on a port that was ours before it was its own, so that none can be taken."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"

    def client(self, address: str = "127.0.0.1", **headers: str) -> httpx.Client:
        """A client that comes from ``address``, of which loopback has 16 million."""
        transport = httpx.HTTPTransport(local_address=address)
        return httpx.Client(base_url=self._url, transport=transport, timeout=60, headers=headers)


InFront = Callable[[str, str], HaProxy]


@contextmanager
def _running(program: str, folder: Path, target: str, announces: str) -> Generator[HaProxy]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        configuration = _CONFIGURATION.format(
            listener=listener.fileno(), target=target.removeprefix("http://"), own=OWN_ADDRESS, announces=announces
        )
        (folder / "haproxy.cfg").write_text(configuration)
        process = subprocess.Popen([program, "-q", "-db", "-f", folder / "haproxy.cfg"], pass_fds=[listener.fileno()])
        port = listener.getsockname()[1]
    try:
        yield HaProxy(port)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def haproxy_before(tmp_path_factory: pytest.TempPathFactory) -> Generator[InFront]:
    """``haproxy_before(url, "send-proxy")`` puts one before a service."""
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("there is no HAProxy on this machine: install the package `haproxy`")
    with ExitStack() as running:
        yield lambda target, announces: running.enter_context(
            _running(program, tmp_path_factory.mktemp("haproxy"), target, announces)
        )
