"""Where the child listens, and the client that reaches it. Knows folders and sockets; knows no process."""

from __future__ import annotations

import os
import re
import tempfile

import aiohttp

from seawall.engines.port import EngineError
from seawall.engines.upstream import Upstream

# The kernel's bound on a UNIX socket's path is 108 bytes, and the file's own name needs some of them.
LONGEST_FOLDER_BYTES = 80
SOCKET_NAME = "engine.sock"
# Whoever connects to a socket on this machine is connected or refused at once.
CONNECT_S = 5.0
_DECODES = re.compile(rb"n_decode_total (\d+)")


def fresh_folder() -> str:
    """A new folder that only we may enter (0700), short enough for a socket's path. Raises EngineError."""
    places = [place for place in (tempfile.gettempdir(), "/tmp") if len(os.fsencode(place)) < LONGEST_FOLDER_BYTES - 20]  # noqa: S108
    for place in places:
        try:
            return tempfile.mkdtemp(prefix="seawall-", dir=place)
        except OSError:
            continue
    raise EngineError("No folder for the engine's socket can be made: set TMPDIR to a short path that can be written.")


def client_of(socket_path: str, key: str) -> Upstream:
    """The client of the child behind a socket. Silence is judged by the supervisor, who can see the child work.

    Connections are not kept: on a UNIX socket a new one costs next to nothing, and a kept one may lead to a dead child.
    """
    return Upstream(
        "http://engine/v1",
        key,
        connector=lambda: aiohttp.UnixConnector(socket_path, limit=0, force_close=True),
        connect_s=CONNECT_S,
        stall_s=None,
    )


async def decodes_of(client: Upstream) -> int:
    """How many steps the model has made since it was loaded. Raises EngineError."""
    found = _DECODES.search(await client.get("/metrics", from_root=True))
    return int(found[1]) if found else 0
