"""The shortest way in for what is asked most. Knows one address; answers nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Fault = Callable[[Request, Exception], Awaitable[Response]]


class Shortcut:
    """POSTs to ``path`` go to ``straight``, all else (other methods of that path too) through the framework.

    Its router and layers cost a question some 20 us where nothing else runs, and twice that where much does, for
    nothing that ``straight`` has use for (docs/decisions/0004). ``fault`` answers what ``straight`` raises.
    """

    def __init__(self, path: str, straight: ASGIApp, framework: ASGIApp, fault: Fault) -> None:
        self._path = path
        self._straight = straight
        self._framework = framework
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_straight = scope["type"] == "http" and scope["path"] == self._path and scope["method"] == "POST"
        await (self._guarded if is_straight else self._framework)(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As Starlette's ServerErrorMiddleware, but without a coroutine a token."""
        begun = False

        def watched(message: Message) -> Awaitable[None]:
            nonlocal begun
            begun = True
            return send(message)

        try:
            await self._straight(scope, receive, watched)
        except Exception as error:
            if not begun:
                answer = await self._fault(Request(scope), error)
                await answer(scope, receive, send)
            raise
