"""The first ASGI callable: names each request, finds its address, bounds its body. Parses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from random import Random
from typing import Any

from seawall.edge.address import AddressResolver
from seawall.streaming.refusals import refusal_body, refusal_headers
from seawall.values.caller import SCOPE_KEY, Caller
from seawall.values.refusal import Reason, Refusal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_ID_CHARACTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


API = "/v1/"
TELLS_CLASS = b"x-seawall-class"
# A proxy on this machine makes strangers look local; that it forwards gives it away, trusted or not.
_FORWARDED = frozenset((b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via"))
# A connection that is closed on a client who still sends is reset, and takes the answer along before it is read. So
# what comes after a refusal is read and forgotten for a while, as nginx does ("lingering_close").
LINGER_S = 5.0
LINGER_BYTES = 64 * 1024 * 1024


class _Body:
    """A body that is counted while it is read. Past its bound the client seems to have left, so nobody reads on.

    An exception would not do: the framework turns whatever it does not know into a 500.
    """

    __slots__ = ("_ended", "_left_bytes", "_receive")

    def __init__(self, receive: Receive, bound_bytes: int) -> None:
        self._receive = receive
        self._left_bytes = bound_bytes
        self._ended = False

    @property
    def is_too_large(self) -> bool:
        return self._left_bytes < 0

    async def receive(self) -> Message:
        """ASGI's ``receive``."""
        message = await self._next()
        return {"type": "http.disconnect"} if self.is_too_large else message

    async def drain(self) -> None:
        """Reads on and keeps nothing, until the body ends, the client leaves, or it is enough."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                while not self._ended and self._left_bytes > -LINGER_BYTES:
                    await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left_bytes -= len(message.get("body", b""))
            self._ended = not message.get("more_body", False)
        else:
            self._ended = True
        return message


class Gate:
    """Wraps the application. Each answer leaves with ``X-Request-Id``.

    ``api_headers`` are told on the API's answers that nobody behind the gate has put them on, such as a 413 or a 404.
    """

    def __init__(
        self,
        app: App,
        *,
        addresses: AddressResolver,
        body_bytes: int,
        clock: Callable[[], float],
        random: Random,
        api_headers: Callable[[], list[tuple[bytes, bytes]]],
    ) -> None:
        self._app = app
        self._addresses = addresses
        self._body_bytes = body_bytes
        self._clock = clock
        self._random = random
        self._api_headers = api_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caller = self._caller(scope)
        scope[SCOPE_KEY] = caller
        request_id = (b"x-request-id", caller.request_id.encode())
        is_api = scope["path"].startswith(API)
        started = False

        # Neither is a coroutine of its own: they run once a token.
        def send_named(message: Message) -> Awaitable[None]:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [*message.get("headers", ()), request_id]
                if is_api and not any(name == TELLS_CLASS for name, _ in headers):
                    headers.extend(self._api_headers())
                message["headers"] = headers
            return send(message)

        body = _Body(receive, self._body_bytes)
        if self._announced_bytes(scope) > self._body_bytes:
            await self._refuse_body(body, send_named)
            return

        def send_unless_refused(message: Message) -> Awaitable[None]:
            return send_named(message) if started or not body.is_too_large else _nothing()

        await self._app(scope, body.receive, send_unless_refused)
        if body.is_too_large and not started:
            await self._refuse_body(body, send_named)

    def _caller(self, scope: Scope) -> Caller:
        peer = scope["client"][0] if scope.get("client") else ""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        address, scheme = self._addresses.client(peer, headers)
        host = next((value for name, value in headers if name == b"host"), b"").decode("latin-1")
        return Caller(
            request_id=self._request_id(peer, headers),
            address=address,
            scheme=scheme or scope["scheme"],
            host=host,
            received_s=self._clock(),
            is_local=_is_loopback(address) and not any(name in _FORWARDED for name, _ in headers),
        )

    def _request_id(self, peer: str, headers: list[tuple[bytes, bytes]]) -> str:
        """A trusted proxy's own id is kept, so that its log and ours can be laid side by side."""
        if self._addresses.trusts(peer):
            for name, value in headers:
                if name == b"x-request-id" and 0 < len(value) <= 128 and _ID_CHARACTERS.issuperset(value):
                    return value.decode()
        return f"{self._random.getrandbits(64):016x}"

    @staticmethod
    def _announced_bytes(scope: Scope) -> int:
        for name, value in scope["headers"]:
            if name == b"content-length":
                # The server's parser has refused what is no number already.
                return int(value)
        return 0

    async def _refuse_body(self, rest: _Body, send: Send) -> None:
        refusal = Refusal(
            Reason.BODY_TOO_LARGE,
            f"The body is larger than {self._body_bytes} bytes. Send less in one request.",
        )
        body = refusal_body(refusal)
        # Not all of the body may be read, so the connection is of no further use.
        headers = [
            *refusal_headers(refusal),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": refusal.reason.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await rest.drain()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _nothing() -> None:
    """What is sent once nobody may send."""


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"
