"""HEAD for every address that takes GET. Knows the method; answers nothing itself."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadAsGet:
    """Asks ``app`` as for a GET. The server leaves the body out, as it goes by the scope that it made itself.

    FastAPI's routes know no HEAD, with which load balancers probe and clients look before they fetch (RFC 9110, 9.3.2).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        await self._app({**scope, "method": "GET"} if is_head else scope, receive, send)
