"""Files as they arrive: onto the disk, so many at once. Knows bodies; knows no format."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import IO

from starlette.requests import ClientDisconnect, Request

from seawall.web.conversations.places import Places


class Uploads:
    """As many at once as there are ``places``: who sends slowly takes them from nobody but a few."""

    def __init__(self, places: Places) -> None:
        self._places = places

    @asynccontextmanager
    async def receive(self, account_id: str, request: Request) -> AsyncGenerator[IO[bytes] | None]:
        """The whole body as a file that goes when this ends; None where the client left. Raises Refused.

        How large it may be and how slow is the gate's and the edge's to say.
        """
        with self._places.take(account_id), tempfile.TemporaryFile(prefix="seawall-") as file:
            yield await _spooled(request, file)


async def _spooled(request: Request, file: IO[bytes]) -> IO[bytes] | None:
    try:
        async for block in request.stream():
            # Into the system's cache: some 20 us for what one read of the socket brings.
            file.write(block)
    except ClientDisconnect:
        return None
    file.flush()
    return file
