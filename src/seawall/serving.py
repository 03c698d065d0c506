"""Runs the service on a socket until it is told to stop. Knows uvicorn, signals and the terminal; knows no rooms."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn

from seawall.app import Service, start_service
from seawall.data_folder import ServiceLock, prepare
from seawall.edge.protocol import protocol_under
from seawall.ground import StartError
from seawall.models import (
    ModelFile,
    ModelProblem,
    Progress,
    ensure,
    hub_answers,
    machine_memory_bytes,
    recommend,
)
from seawall.observing.logs import logger, set_up_logs
from seawall.settings.advice import advice
from seawall.settings.tree import Settings

BACKLOG = 2048
# What the kernel holds unsent of an answer. Its own choice is megabytes, behind which a client that has stopped reading
# looks as one that is slow, and keeps its slot. With half of this taken in `edge.send_s`, 1 kB/s is still fast enough.
UNSENT_BYTES = 64 * 1024
# So much after the sweep, which looks once a second: were the kernel first, who does not read would be counted nowhere.
KERNEL_LATER_S = 3.0

Echo = Callable[[str], object]
Fetching = Callable[[str], AbstractContextManager[Progress]]


class ServingError(Exception):
    """The service cannot start or go on; the message says why and what to do."""


def serve(settings: Settings, data: Path, *, echo: Echo, fetching: Fetching) -> None:
    """Blocks until the service is told to stop. Raises ServingError or DataFolderError.

    ``echo`` tells the operator a line; ``fetching`` makes, from a label, the block that shows a download's progress.
    """
    set_up_logs(settings.log_level)
    prepare(data)
    with ServiceLock(data), listen(settings.host, settings.port, settings.edge.send_s) as listener:
        # The one that it got, where any would do: links in mails and invites lead there.
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        model = ensure_model(settings, data, fetching)
        with asyncio.Runner(loop_factory=_event_loop) as runner:
            runner.run(_serve(settings, data, model, listener, echo))


def listen(host: str, port: int, send_s: float) -> socket.socket:
    """A listening socket, made before anything slow happens so that a taken port is told at once.

    What it sets for sending is inherited by each connection, at no cost.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with suppress(AttributeError, OSError):  # Not every system has both.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        # For what the kernel holds after we have closed: else it would offer the rest of an answer for many minutes.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round((send_s + KERNEL_LATER_S) * 1000))
    try:
        listener.bind((host, port))
        # Bound alone, another program could still take the port: it is ours from here on, and who comes early waits.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ServingError(_why_not_bound(host, port, error)) from None
    return listener


def _why_not_bound(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Stop it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023 with --port."
    return f"Cannot listen on {host} ({error.strerror or error}). Choose an address of this machine with --host."


def ensure_model(settings: Settings, data: Path, fetching: Fetching) -> ModelFile | None:
    """The local engine's model, fetched if it is not there; None where other engines answer."""
    if "local" not in settings.engine.use:
        return None
    with fetching(f"Fetching {settings.engine.model}") as progress:
        found = ensure(settings.engine.model, data, progress)
    if isinstance(found, ModelProblem):
        raise ServingError(found.sentence)
    return found


def _event_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


async def _serve(settings: Settings, data: Path, model: ModelFile | None, listener: socket.socket, echo: Echo) -> None:
    try:
        service = await start_service(settings, data, model)
        # What was built so far stays: looking through it at every full collection holds all streams for 40 ms.
        gc.freeze()
    except StartError as error:
        raise ServingError(str(error)) from None
    # Not before: a start that fails says one sentence, why it does.
    for sentence in advice(settings):
        logger("settings").warning("advice", sentence=sentence)
    try:
        host, port = listener.getsockname()[:2]
        url = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        server = _Server(service, settings, on_listening=lambda: _greet(service, settings, url, echo))
        async with _beside(_advise(echo) if model is not None and model.demonstration else None):
            await server.serve(sockets=[listener])
    finally:
        await service.close()


async def _greet(service: Service, settings: Settings, url: str, echo: Echo) -> None:
    """What the operator reads first. The link is a secret, so it goes to the terminal and never to a log."""
    logger("serving").info("listening", url=url)
    token = await service.owner_token()
    first_page = url if token is None else f"{url}/setup#{token}"
    echo(f"Seawall serves on {url}" if token is None else f"Make yourself the owner, once, at {first_page}")
    if settings.open_browser and _has_desktop():
        webbrowser.open(first_page)


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None] | None) -> AsyncGenerator[None]:
    """Runs something of less weight beside the block, and no longer than it."""
    task = None if work is None else asyncio.create_task(work)
    try:
        yield
    finally:
        if task is not None:
            task.cancel()


async def _advise(echo: Echo) -> None:
    """Beside the serving, as asking for the hub may take a while where names are looked up in vain."""
    answers = await asyncio.to_thread(hub_answers)
    echo(recommend(machine_memory_bytes(), answers).sentence)


def _has_desktop() -> bool:
    if not sys.stdout.isatty():
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _Server(uvicorn.Server):
    """uvicorn, telling when it listens, and leaving the end of the process to us."""

    def __init__(self, service: Service, settings: Settings, on_listening: Callable[[], object]) -> None:
        super().__init__(
            uvicorn.Config(
                service.asgi,
                http=protocol_under(service.terms),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                proxy_headers=False,
                timeout_graceful_shutdown=round(settings.shutdown_s),
            )
        )
        self._service = service
        self._shutdown_s = settings.shutdown_s
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        greeting = self._on_listening()
        if asyncio.iscoroutine(greeting):
            await greeting

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answers that nobody listens to are given as long as those that somebody does."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._service.drain(self._shutdown_s))
            both.create_task(super().shutdown(sockets))

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Without uvicorn's raising the signal once more at the end: it would kill us before the rooms are closed."""
        loop = asyncio.get_running_loop()
        numbers = _ends()
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


def _ends() -> list[signal.Signals]:
    """The signals that ask us to end: SIGHUP too, which a closing terminal sends, but not under nohup."""
    ends = [signal.SIGTERM, signal.SIGINT]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        ends.append(signal.SIGHUP)
    return ends
