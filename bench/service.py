"""A real service for a benchmark: started by the command a person types, ended for sure. Knows addresses and probes."""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from processes import cpu_s

PATIENCE_S = 900.0
STOP_S = 20.0
SETUP_LINK = re.compile(r"/setup#(\S+)")
OWNER = {"email": "owner@example.org", "password": "correct horse battery staple"}


class Service:
    """``with Service([...]) as service``: ready inside, gone after. Its output is in ``data.parent``."""

    def __init__(
        self,
        command: list[str],
        data: Path,
        engine: str = "local",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        arguments = ["--port", str(self.port), "--no-browser", "--data", str(data), "--engine", engine]
        by_make = command[0] == "make"
        self._command = [*command, "ARGS=" + shlex.join(arguments)] if by_make else [*command, *arguments]
        self._environment = dict(environment if environment is not None else os.environ)
        self._output = data.parent / f"service-{self.port}.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self.ready_s = 0.0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Service:
        self._output.parent.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        try:
            self._wait_until_ready(begun + PATIENCE_S)
        except BaseException:
            self._stop()
            raise
        self.ready_s = time.monotonic() - begun
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def said(self) -> str:
        """What it wrote so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def settle(self, below: float = 0.02, span_s: float = 1.0, patience_s: float = 60.0) -> None:
        """Waits until less than ``below`` of a core was used over ``span_s``: idle is observed, not hoped for."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            before = cpu_s(self.pid)
            time.sleep(span_s)
            if cpu_s(self.pid) - before < below * span_s:
                return
        raise TimeoutError(f"The service was not idle within {patience_s:g} s.")

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """The response, with its body unread."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json", **headers})
        return connection.getresponse()

    def _wait_until_ready(self, deadline_s: float) -> None:
        while time.monotonic() < deadline_s:
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError(f"{shlex.join(self._command)} ended:\n{self.said()}")
            if _status(self.port, "/readyz") == 200:
                return
            time.sleep(0.02)
        raise TimeoutError(f"{shlex.join(self._command)} was not ready in time:\n{self.said()}")

    def _stop(self) -> None:
        if self._process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                break
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                continue
            break


def first_chat(service: Service, words: str) -> None:
    """Makes the owner by the one-time link, says ``words`` in the chat app, returns at the first token."""
    answer = service.post("/api/setup", {"token": _one_time_token(service), **OWNER}, {})
    signed_in = json.loads(answer.read())
    cookie = (answer.getheader("set-cookie") or "").split(";")[0]
    chat = {"conversation_id": None, "message_id": os.urandom(8).hex(), "text": words}
    headers = {"cookie": cookie, "x-csrf-token": signed_in["csrf_token"]}
    stream = service.post("/api/chat", chat, headers)
    begun: dict[str, str] = {}
    for line in stream:
        if line.startswith(b"data: ") and not begun:
            begun = json.loads(line.removeprefix(b"data: "))
        if line.strip() == b"event: piece":
            stream.close()
            # Leaving alone would have it go on beside what is measured next.
            service.post(f"/api/answers/{begun['answer_id']}/stop", {}, headers).read()
            return
    raise RuntimeError(f"The chat ended without a token, status {stream.status}.")


def _one_time_token(service: Service) -> str:
    """It is printed once the service answers, so it may come after the first answer."""
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        link = SETUP_LINK.search(service.said())
        if link is not None:
            return link[1]
        time.sleep(0.02)
    raise RuntimeError(f"No one-time link was printed:\n{service.said()}")


def free_port() -> int:
    """Free now; nobody else on this machine should be in a hurry for it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()
