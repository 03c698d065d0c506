"""A real service for a test: the command a person types, on a free port, ended for sure. Knows addresses and probes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

OWNER = {"email": "owner@example.org", "password": "correct horse battery staple"}
START_S = 30.0
STOP_S = 20.0
_LINK = re.compile(r"(http://\S+)/setup#(\S+)")
_URL = re.compile(r"http://[\w.:\[\]]+:\d+")


class RunningService:
    """``seawall serve`` in a process of its own. ``said`` is what it wrote to standard output and error."""

    def __init__(self, data: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.data = data
        self._output = data.parent / f"{data.name}.{time.monotonic_ns()}.txt"
        command = [sys.executable, "-m", "seawall", "serve", "--data", str(data), "--port", "0", "--no-browser"]
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        self.url = ""

    @property
    def said(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def wait_ready(self) -> RunningService:
        """Returns once /readyz says so."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"The service ended with {self.process.returncode}:\n{self.said}")
            found = _URL.search(self.said)
            if found is not None:
                self.url = found[0]
                if _status(f"{self.url}/readyz") == 200:
                    return self
            time.sleep(0.01)
        raise TimeoutError(f"The service was not ready in time:\n{self.said}")

    def setup_token(self) -> str:
        """The end of the one-time link."""
        link = _LINK.search(self.said)
        assert link is not None, self.said
        return link[2]

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False, **options)

    def owner(self) -> httpx.Client:
        """A client signed in as the owner, who is made at the first call."""
        client = self.client()
        answer = client.post("/api/auth/login", json=OWNER)
        if answer.status_code != 200:
            answer = client.post("/api/setup", json={"token": self.setup_token(), **OWNER})
        assert answer.status_code == 200, answer.text
        client.headers["x-csrf-token"] = answer.json()["csrf_token"]
        return client

    def key(self) -> str:
        """A fresh API key of the owner's."""
        with self.owner() as client:
            answer = client.post("/api/keys", json={"name": "test"})
            assert answer.status_code == 201, answer.text
            return answer.json()["key"]

    def kill(self) -> None:
        """SIGKILL for the service alone: its children must notice by themselves."""
        self.process.kill()
        self.process.wait(STOP_S)

    def stop(self) -> int:
        """Asks it to stop, as systemd would, and returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise


def events(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The named events of a chat answer as they come."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code
    except httpx.HTTPError:
        return None


Serve = Callable[..., RunningService]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts services; ``serve("--engine", "echo")`` returns one that is ready. All are stopped at the end."""
    running: list[RunningService] = []

    def start(
        *arguments: str, data: Path | None = None, environment: dict[str, str] | None = None, ready: bool = True
    ) -> RunningService:
        service = RunningService(data or tmp_path / "data", *arguments, environment=environment)
        running.append(service)
        return service.wait_ready() if ready else service

    yield start
    for service in running:
        if service.process.poll() is None:
            service.stop()
