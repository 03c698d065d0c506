"""The way from the command line into the running service: a socket in the data folder. Knows no verb's meaning.

A request is one line of JSON with a ``verb``, an answer one line that holds ``told`` or ``error``. A socket and not a
file that is watched: the answer comes at once, and where no service runs there is nobody to connect to.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from seawall.observing.logs import logger

SOCKET_FILE = "control.sock"
# Whoever may open the socket is trusted, yet nobody may hold the service by saying nothing or too much.
PATIENCE_S = 10.0
LINE_BYTES = 1024 * 1024
# What a socket's address may have everywhere (macOS: 104 with the ending null).
_PATH_BYTES = 103

Json = dict[str, Any]
Verb = Callable[[Json], Awaitable[Json]]


class ControlError(Exception):
    """The request was not understood or not granted, or nobody serves; the message says what to do."""


class NobodyServes(ControlError):
    """No service runs on this data folder."""


class ControlDoor:
    """The service's end. Each verb takes the request and returns what is told; it may raise ControlError."""

    def __init__(self, folder: Path, verbs: Mapping[str, Verb]) -> None:
        self._folder = folder
        self._verbs = verbs
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begins to listen. A service that cannot be spoken to still serves, so a fault is only told."""
        try:
            listener = _listener(self._folder)
            self._server = await asyncio.start_unix_server(self._converse, sock=listener, limit=LINE_BYTES)
        except (OSError, AttributeError) as error:
            logger("control").warning("control_closed", reason=str(error))

    async def close(self) -> None:
        """Idempotent."""
        if self._server is not None:
            self._server.close()
            self._server = None
            (self._folder / SOCKET_FILE).unlink(missing_ok=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                writer.write(json.dumps(await self._answer(await reader.readline())).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _answer(self, line: bytes) -> Json:
        try:
            request: Json = json.loads(line)
            verb = self._verbs.get(request["verb"])
            if verb is None:
                raise ControlError(f"The running service knows no '{request['verb']}': it is of another version.")
            return {"told": await verb(request)}
        except ControlError as error:
            return {"error": str(error)}
        except (ValueError, KeyError, TypeError) as error:
            logger("control").warning("control_misunderstood", reason=repr(error))
            return {"error": f"The running service did not understand the request ({error})."}


def ask_service(folder: Path, verb: str, **fields: Any) -> Json:
    """The command line's end: what the service of this data folder tells. Raises ControlError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE_S)
        try:
            with _address(folder) as address:
                line.connect(address)
            line.sendall(json.dumps({"verb": verb, **fields}).encode() + b"\n")
            with line.makefile("rb") as answer:
                reply: Json = json.loads(answer.readline())
        except (FileNotFoundError, ConnectionRefusedError):
            raise NobodyServes(
                f"No service runs on the data folder {folder}. Start it with 'seawall serve', or name its folder "
                "with --data."
            ) from None
        except PermissionError:
            raise ControlError(f"The service of {folder} belongs to another user. Run this as that user.") from None
        except (OSError, ValueError) as error:
            raise ControlError(f"The service of {folder} does not answer ({error}). Its log may say why.") from None
    if "error" in reply:
        raise ControlError(str(reply["error"]))
    return reply["told"]


def _listener(folder: Path) -> socket.socket:
    """For this user alone. Nobody connects before it listens, so the rights are set in time."""
    file = folder / SOCKET_FILE
    # The folder's lock is ours: what lies here was left by a service that was killed.
    file.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _address(folder) as address:
            listener.bind(address)
        file.chmod(0o600)
        listener.listen(8)
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


@contextmanager
def _address(folder: Path) -> Generator[str]:
    """The socket's path; a long one by way of the open folder, where the system has such names."""
    path = str(folder / SOCKET_FILE)
    if len(os.fsencode(path)) <= _PATH_BYTES or not sys.platform.startswith("linux"):
        yield path
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{opened}/{SOCKET_FILE}"
    finally:
        os.close(opened)
