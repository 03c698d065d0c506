"""A real service for a test: the command a person types, on a free port, ended for sure. Knows addresses and probes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from forked_program import Streams, start

OWNER = {"email": "owner@example.org", "password": "correct horse battery staple"}
MEMBER = {"email": "mia@example.org", "password": "a lantern on the long quay"}
START_S = 60.0
STOP_S = 30.0
_LINK = re.compile(r"(http://\S+)/setup#(\S+)")
_URL = re.compile(r"http://[\w.:\[\]]+:\d+")


class RunningService:
    """``seawall serve`` in a process of its own; a ``fresh`` one is exactly what a shell would start."""

    def __init__(
        self, data: Path, *arguments: str, environment: Mapping[str, str] | None = None, fresh: bool = False
    ) -> None:
        self.data = data
        self._said = data.parent / f"{data.name}.{time.monotonic_ns()}"
        command = ["serve", "--data", str(data), "--port", "0", "--no-browser", *arguments]
        streams = Streams(Path(os.devnull), self._said.with_suffix(".out"), self._said.with_suffix(".err"))
        self.process = start(command, streams, clean_environment(environment), fresh=fresh)
        self.url = ""
        self._has_member = False

    @property
    def printed(self) -> str:
        """What it wrote to standard output."""
        return _text(self._said.with_suffix(".out"))

    @property
    def logged(self) -> str:
        """What it wrote to standard error."""
        return _text(self._said.with_suffix(".err"))

    @property
    def said(self) -> str:
        return self.printed + self.logged

    def wait_ready(self, within_s: float = START_S) -> RunningService:
        """Returns once /readyz says so. Raises TimeoutError."""

        def ready() -> bool:
            if self.process.poll() is not None:
                raise RuntimeError(f"The service ended with {self.process.poll()}:\n{self.said}")
            found = _URL.search(self.printed)
            self.url = found[0] if found else ""
            return bool(self.url) and self.status("/readyz") == 200

        try:
            until(ready, within_s)
        except TimeoutError:
            raise TimeoutError(f"The service was not ready in time:\n{self.said}") from None
        return self

    def status(self, path: str) -> int | None:
        """The status of a GET, None where there is no answer within two seconds."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """The sum of a metric's samples, whatever their labels."""
        lines = httpx.get(f"{self.url}/metrics", timeout=60, trust_env=False, verify=False).text.splitlines()
        found = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
        return sum(float(line.rpartition(" ")[2]) for line in found)

    def setup_token(self) -> str:
        """The end of the one-time link."""
        link = _LINK.search(self.printed)
        assert link is not None, self.said
        return link[2]

    def client(self, **options: Any) -> httpx.Client:
        """A browser's or a program's. Without TLS, whose certificates cost more time to read than most tests take."""
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, verify=False, **options)

    def owner(self) -> httpx.Client:
        """A client signed in as the owner, who is made at the first call."""
        with self.client() as door:
            if door.get("/api/bootstrap").json()["needs_owner"]:
                answer = door.post("/api/setup", json={"token": self.setup_token(), **OWNER})
                assert answer.status_code == 200, answer.text
        return self.signed_in(**OWNER)

    def member(self) -> httpx.Client:
        """A client signed in as an ordinary member, who registers at the first call."""
        if not self._has_member:
            self.owner().close()
            with self.client() as door:
                answer = door.post("/api/auth/signup", json=MEMBER)
                assert answer.status_code == 201, answer.text
            self._has_member = True
        return self.signed_in(**MEMBER)

    def signed_in(self, email: str, password: str) -> httpx.Client:
        """A client with a session of its own."""
        with self.client() as door:
            answer = door.post("/api/auth/login", json={"email": email, "password": password})
            assert answer.status_code == 200, answer.text
            return self.client(cookies=door.cookies, headers={"x-csrf-token": answer.json()["csrf_token"]})

    def key(self) -> str:
        """A fresh API key of the owner's."""
        with self.owner() as client:
            answer = client.post("/api/keys", json={"name": "test"})
            assert answer.status_code == 201, answer.text
            return answer.json()["key"]

    def program(self, key: str | None = None) -> httpx.Client:
        """A client with an API key: a fresh one of the owner's where none is given."""
        return self.client(headers={"authorization": f"Bearer {key or self.key()}"})

    def children(self) -> list[int]:
        """The processes that it started and that are still there."""
        pids: list[int] = []
        for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
            pids.extend(map(int, (thread / "children").read_text().split()))
        return pids

    def kill(self) -> None:
        """SIGKILL for the service alone: its children must notice by themselves."""
        self.process.send_signal(signal.SIGKILL)
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


def _text(file: Path) -> str:
    # A process that is only about to begin has not made it yet.
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def events(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The named events of a chat answer as they come."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def until(happened: Callable[[], object], patience_s: float = 30.0) -> float:
    """Waits for a condition and tells how long it took. Raises TimeoutError."""
    began_s = time.monotonic()
    while not happened():
        if time.monotonic() - began_s > patience_s:
            raise TimeoutError(f"It did not happen within {patience_s} s.")
        time.sleep(0.01)
    return time.monotonic() - began_s


def is_running(pid: int) -> bool:
    """False for a process that is gone, or dead and merely not reaped by its parent yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without the settings that the person who runs the tests may have."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SEAWALL_")}
    return {**ours, **(more or {})}


Serve = Callable[..., RunningService]


@contextmanager
def _serving(folder: Path) -> Generator[Serve]:
    running: list[RunningService] = []

    def start(
        *arguments: str,
        data: Path | None = None,
        environment: Mapping[str, str] | None = None,
        ready: bool = True,
        fresh: bool = False,
    ) -> RunningService:
        folder_of_its_own = folder / f"data{len(running)}"
        service = RunningService(data or folder_of_its_own, *arguments, environment=environment, fresh=fresh)
        running.append(service)
        return service.wait_ready() if ready else service

    try:
        yield start
    finally:
        for service in running:
            if service.process.poll() is None:
                service.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Generator[Serve]:
    """Starts services; ``serve("--engine", "echo")`` returns one that is ready. All are stopped at the end."""
    with _serving(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def serve_for_all(tmp_path_factory: pytest.TempPathFactory) -> Generator[Serve]:
    """The same for all tests of a file, where none changes what another sees."""
    with _serving(tmp_path_factory.mktemp("services")) as start:
        yield start
