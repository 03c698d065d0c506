"""The shortest way in for what is asked most. Knows one address; answers nothing itself."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class Shortcut:
    """POSTs to ``path`` go to ``straight``, all else (other methods of that path too) through the framework.

    Its router and layers cost a question some 20 us where nothing else runs, and twice that where much does, for
    nothing that ``straight`` has use for (docs/decisions/0004).
    """

    def __init__(self, path: str, straight: ASGIApp, framework: ASGIApp) -> None:
        self._path = path
        self._straight = straight
        self._framework = framework

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_straight = scope["type"] == "http" and scope["path"] == self._path and scope["method"] == "POST"
        await (self._straight if is_straight else self._framework)(scope, receive, send)
