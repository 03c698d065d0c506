"""The first ASGI callable: looks, refuses or names each request, bounds its body. Parses nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random

from seawall.edge.address import AddressResolver
from seawall.edge.asgi import App, Headers, Message, Receive, Scope, Send
from seawall.edge.body import Body
from seawall.edge.judge import API, ENTRANCES, PROBES, Judge, Sight
from seawall.edge.refusals import Rendered, as_lines
from seawall.edge.seen import Seen, Unseen
from seawall.edge.stills import Form, Stills
from seawall.streaming.refusals import refusal_told
from seawall.values.arrival import Place
from seawall.values.caller import SCOPE_KEY, Caller
from seawall.values.recognition import Recognition
from seawall.values.refusal import Reason, Refusal
from seawall.values.sizes import size_in_words

__all__ = ["App", "Gate", "Message", "Receive", "Scope", "Send"]

SIGHT_KEY = "seawall.sight"
# Our protocol class leaves the connection here: whoever has shown a known credential keeps it under pressure.
CONNECTION_KEY = "seawall.connection"
TELLS_CLASS = b"x-seawall-class"
_ID_CHARACTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
# A proxy on this machine makes strangers look local; that it forwards gives it away, trusted or not.
_FORWARDED = frozenset((b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via"))


class Gate:
    """Wraps the application. Each answer leaves with ``X-Request-Id``.

    ``api_headers`` are told on the API's answers that nobody behind the gate has put them on, such as a 413 or a 404;
    ``standing_of`` tells the same to whom the gate lets in, who may be known by the headers.
    ``seen`` is told of every request but probes, and of how it was answered.
    ``device_of`` tells the device that a ``Cookie`` header names under our signature.
    ``uploads`` are paths with a bound of their own, for who shows a known credential.
    ``stills`` are given to everybody but those who are shut out, whatever else is the matter.
    """

    def __init__(
        self,
        app: App,
        *,
        judge: Judge,
        addresses: AddressResolver,
        body_bytes: int,
        clock: Callable[[], float],
        random: Random,
        api_headers: Callable[[], Headers],
        device_of: Callable[[bytes | None], str | None] = lambda cookies: None,
        standing_of: Callable[[dict[bytes, bytes], Place], Sequence[tuple[bytes, bytes]]] | None = None,
        uploads: Mapping[str, int] | None = None,
        stills: Stills | None = None,
        seen: Seen | None = None,
    ) -> None:
        self._app = app
        self._stills = stills or Stills()
        self._seen = seen or Unseen()
        self._judge = judge
        self._addresses = addresses
        self._body_bytes = body_bytes
        self._uploads = uploads or {}
        self._clock = clock
        self._random = random
        self._api_headers = api_headers
        self._rendered_headers: Headers = []
        self._rendered_lines = b""
        self._device_of = device_of
        self._standing_of = standing_of

    def first_look(self, scope: Scope, *, keep_alive: bool = True) -> bytes | None:
        """For our protocol class: the whole answer where it is rendered already, before a task is made for it.

        That is a refusal, or a still; it costs a third of what the same does as ASGI messages. None for who is let in.
        What body there may be is read and forgotten by the protocol.
        """
        sight = self._look(scope)
        rendered = sight.form(scope["method"], scope["path"])
        if rendered is None:
            still = self._still(scope, sight)
            return None if still is None else self._still_wire(still, scope, sight, keep_alive=keep_alive)
        more = self._api_lines() if scope["path"].startswith(API) else b""
        if not keep_alive:
            more += b"connection: close\r\n"
        request_id = self._request_id(_peer(scope), sight)
        return rendered.wire(request_id, sight.wait_s, more, with_body=scope["method"] != "HEAD")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sight: Sight = scope.get(SIGHT_KEY) or self._look(scope)
        rendered = sight.form(scope["method"], scope["path"])
        if rendered is not None:
            headers = [*rendered.headers, *self._varying(scope, sight, rendered)]
            await _send_whole(rendered.status, headers, rendered.body, send)
            return
        still = self._still(scope, sight)
        if still is not None:
            request_id = (b"x-request-id", self._request_id(_peer(scope), sight).encode())
            await _send_whole(still.status, [*still.headers, request_id], still.body, send)
            return
        caller = scope[SCOPE_KEY] = self._caller(scope, sight)
        await self._let_in(scope, sight, caller, receive, send)

    async def _let_in(self, scope: Scope, sight: Sight, caller: Caller, receive: Receive, send: Send) -> None:
        request_id = (b"x-request-id", caller.request_id.encode())
        is_api = scope["path"].startswith(API)
        started = False

        # Neither is a coroutine of its own: they run once a token.
        def send_named(message: Message) -> Awaitable[None]:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._note(scope["path"], sight.asker, message)
                headers = [*message.get("headers", ()), request_id]
                if is_api and not any(name == TELLS_CLASS for name, _ in headers):
                    known = self._standing_of
                    headers.extend(known(sight.headers, caller.place) if known else self._api_headers())
                message["headers"] = headers
            return send(message)

        most_bytes = self._most_bytes(scope, sight)
        body = Body(receive, most_bytes)
        if _announced_bytes(sight.headers) > most_bytes:
            await self._refuse_body(sight, most_bytes, scope["path"], send_named)
            return

        def send_unless_refused(message: Message) -> Awaitable[None]:
            return send_named(message) if started or not body.is_too_large else _nothing()

        await self._app(scope, body.receive, send_unless_refused)
        if body.is_too_large and not started:
            await self._refuse_body(sight, most_bytes, scope["path"], send_named)

    def _note(self, path: str, asker: int, message: Message) -> None:
        """Tells of the answers that say something of their asker: refusals, and the ends of sign-ins and sign-ups."""
        status: int = message["status"]
        if status >= 400 or path in ENTRANCES:
            waits = next((value for name, value in message.get("headers", ()) if name == b"retry-after"), b"")
            self._seen.answered(asker, path, status, float(waits) if waits.isdigit() else None)

    def _most_bytes(self, scope: Scope, sight: Sight) -> int:
        if sight.recognition < Recognition.KNOWN:
            return self._body_bytes
        return self._uploads.get(scope["path"], self._body_bytes)

    def _look(self, scope: Scope) -> Sight:
        sight = scope[SIGHT_KEY] = self._judge.look(scope)
        path: str = scope["path"]
        if path not in PROBES:
            known = sight.recognition >= Recognition.KNOWN
            sight.asker = self._seen.request(sight.address, path, sight.headers, known=known)
            if sight.status:
                self._seen.answered(sight.asker, path, sight.status, sight.wait_s)
        if sight.recognition >= Recognition.KNOWN:
            connection = scope.get(CONNECTION_KEY)
            if connection is not None:
                connection.known()
        return sight

    def _still(self, scope: Scope, sight: Sight) -> Form | None:
        return self._stills.find(scope["path"], scope["method"], sight.headers)

    def _still_wire(self, still: Form, scope: Scope, sight: Sight, *, keep_alive: bool) -> bytes:
        request_id = self._request_id(_peer(scope), sight).encode()
        ends = b"" if keep_alive else b"connection: close\r\n"
        body = still.body if scope["method"] != "HEAD" else b""
        return b"%bx-request-id: %b\r\n%b\r\n%b" % (still.head, request_id, ends, body)

    def _varying(self, scope: Scope, sight: Sight, rendered: Rendered) -> Headers:
        more = self._api_headers() if scope["path"].startswith(API) else ()
        return rendered.varying(self._request_id(_peer(scope), sight), sight.wait_s, more)

    def _api_lines(self) -> bytes:
        """Rendered anew only where they have changed, such as with the posture."""
        told = self._api_headers()
        if told != self._rendered_headers:
            self._rendered_headers, self._rendered_lines = told, as_lines(told)
        return self._rendered_lines

    def _caller(self, scope: Scope, sight: Sight) -> Caller:
        return Caller(
            request_id=self._request_id(_peer(scope), sight),
            address=sight.address,
            scheme=sight.scheme or scope["scheme"],
            host=sight.headers.get(b"host", b"").decode("latin-1"),
            received_s=self._clock(),
            is_local=_is_loopback(sight.address) and _FORWARDED.isdisjoint(sight.headers),
            device_id=self._device_of(sight.headers.get(b"cookie")),
            asker=sight.asker,
        )

    def _request_id(self, peer: str, sight: Sight) -> str:
        """A trusted proxy's own id is kept, so that its log and ours can be laid side by side."""
        given = sight.headers.get(b"x-request-id")
        if given is not None and self._addresses.trusts(peer) and _is_an_id(given):
            return given.decode()
        return f"{self._random.getrandbits(64):016x}"

    async def _refuse_body(self, sight: Sight, most_bytes: int, path: str, send: Send) -> None:
        refusal = Refusal(
            Reason.BODY_TOO_LARGE,
            f"The body is larger than {size_in_words(most_bytes)}. Send less in one request.",
        )
        told, body = refusal_told(refusal, sight.headers.get(b"accept", b""), path)
        # Not all of the body may be read, so the connection is of no further use; the protocol lingers before its end.
        headers = [
            *told,
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await _send_whole(refusal.reason.status, headers, body, send)


async def _send_whole(status: int, headers: Headers, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _is_an_id(given: bytes) -> bool:
    return 0 < len(given) <= 128 and _ID_CHARACTERS.issuperset(given)


def _announced_bytes(headers: dict[bytes, bytes]) -> int:
    # The server's parser has refused what is no number already.
    return int(headers.get(b"content-length", b"0"))


async def _nothing() -> None:
    """What is sent once nobody may send."""


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"
