"""GETs that are answered from memory, before the framework. Knows addresses; answers nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

# None where the framework is to answer after all.
Read = Callable[[Request], Response | None]


class QuickReads:
    """What everybody may read as often as they like has to cost next to nothing, or a flood of it is an attack.

    The framework's router and layers cost five times what such an answer does. ``reads`` are by address, ``files`` is
    asked for what begins with ``prefix``. The server leaves out a HEAD's body.
    """

    def __init__(self, reads: Mapping[str, Read], prefix: str, files: Read, app: ASGIApp) -> None:
        self._reads = reads
        self._prefix = prefix
        self._files = files
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            path: str = scope["path"]
            read = self._reads.get(path) or (self._files if path.startswith(self._prefix) else None)
            response = None if read is None else read(Request(scope))
            if response is not None:
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
