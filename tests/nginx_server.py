"""A real nginx in front of a service, with nothing set but where to pass on to. Knows how to run it; knows no test."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from running_service import until

# What nginx needs to run apart from the machine's own. The server block is all defaults.
_CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log;
{user}
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen unix:{folder}/socket;
        location / {{
            proxy_pass {target};
        }}
    }}
}}
"""


class Nginx:
    """Listens on a socket of its own, so that no port can be taken."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "socket"

    def client(self, **headers: str) -> httpx.Client:
        """A client that reaches the service through nginx."""
        transport = httpx.HTTPTransport(uds=str(self._socket))
        return httpx.Client(base_url="http://seawall.test", transport=transport, timeout=60, headers=headers)


InFront = Callable[[str], Nginx]


@contextmanager
def _running(program: str, target: str) -> Generator[Nginx]:
    # Not in pytest's folder, whose path is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="seawall-nginx-"))
    user = "user root;" if folder.owner() == "root" else ""
    (folder / "nginx.conf").write_text(_CONFIGURATION.format(folder=folder, target=target, user=user))
    process = subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        until((folder / "pid").exists)
        yield Nginx(folder)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


@pytest.fixture
def nginx_before() -> Generator[InFront]:
    """``nginx_before(url)`` puts one before a service."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("there is no nginx on this machine: install the package `nginx`")
    with ExitStack() as running:
        yield lambda target: running.enter_context(_running(program, target))
