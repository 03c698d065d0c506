"""HTTP/1 on one socket: uvicorn's protocol with deadlines, caps and refusals of ours. Knows bytes; knows no route.

What is uvicorn's and relied on here is pinned by ``tests/contract/edge/test_uvicorn_seam.py``.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from functools import partial
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from seawall.edge.close_delimited import close_delimited
from seawall.edge.connections import GONE, SCOPE_KEY
from seawall.edge.deadlines import ANSWER, BODY, CLOSING, HEAD, IDLE, LINGER, Due
from seawall.edge.ending import Ending
from seawall.edge.last_words import BODY_TOO_SLOW, BROKEN, HEAD_TOO_SLOW, dated, head_too_large, last_answer
from seawall.edge.plain_head import plain_head
from seawall.edge.proxy_protocol import Announcement, BrokenAnnouncement
from seawall.edge.terms import Terms
from seawall.values.caller import SCOPE_KEY as CALLER_KEY
from seawall.values.refusal import Refusal

# Requests that a client may send ahead. Each costs 3 kB before it is looked at; browsers send none at all.
PIPELINED = 16
# For one who was too slow: enough to read why, too short to be a new way of staying.
LAST_WORDS_S = 2.0
# What is read and forgotten behind an answer: an upload of this size is told 413, a longer one is reset.
LINGER_BYTES = 64 * 1024 * 1024
# Answers that are rendered already are written at once, however many are asked for in one go. A page is 20 kB: who asks
# on with a dozen of them unread is no reader, and would otherwise fill our memory at his leisure.
UNREAD_BYTES = 256 * 1024
API = b"/v1/"
# How the kernel writes an IPv4 peer of a socket that listens on both families, such as Docker's or `--host ::`.
MAPPED = "::ffff:"


class Part(Enum):
    """Where in the requests the parser stands."""

    BETWEEN = "between two requests"
    HEAD = "in request line or headers"
    BODY = "in a body"


BETWEEN, IN_HEAD, IN_BODY = Part  # As in ``deadlines``.


class StopParsing(Exception):
    """Raised within the parser's callbacks, which hand it on as the context of an error of theirs."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class EdgeProtocol(HttpToolsProtocol):
    """One connection. Each event is noted in its ``Connection``, and one sweep over all of them finds who is late: no
    connection has a timer of its own.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        terms: Terms,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._terms = terms
        self._connections = terms.connections
        self._clock = terms.connections.clock
        self._part = BETWEEN
        self._is_deaf = False
        self._head_bytes = 0
        self._read_bytes = 0
        self._announcement: Announcement | None = None
        self._ending: Ending | None = None
        self._looked_at: dict[str, Any] | None = None
        """What the first look found of a request that is let in and was not parsed yet."""

    # The connection's life.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client and self.client[0].startswith(MAPPED):
            self.client = (self.client[0].removeprefix(MAPPED), self.client[1])
        peer = self.client[0] if self.client else ""
        is_trusted = self._terms.trusts(peer)
        if is_trusted and self._terms.proxy_protocol:
            self._announcement = Announcement()
        self._enter(peer, exempt=is_trusted)

    def _enter(self, address: str, *, exempt: bool) -> None:
        self._connection = self._connections.opened(self, address, exempt=exempt)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_deaf = True
        self._connections.closed(self._connection)
        super().connection_lost(exc)
        if self._ending is not None:
            self._ending.release()
        self._connection.line = GONE
        self.cycle = None  # type: ignore[assignment]

    def handle_websocket_upgrade(self) -> None:
        """The place is given back: what the other protocol does with its connection is not ours to time."""
        self._connections.closed(self._connection)
        super().handle_websocket_upgrade()

    def resume_writing(self) -> None:
        self._connection.sent()
        super().resume_writing()

    # What comes in.

    def data_received(self, data: bytes) -> None:
        connection = self._connection
        connection.heard_s = self._clock()
        if connection.stage is BODY or self._is_deaf:
            connection.body_bytes += len(data)
            is_forgotten = self._is_deaf or self._unanswered() is None
            if is_forgotten and connection.body_bytes > LINGER_BYTES:
                self._shut()
        if self._is_deaf:
            return
        if self._announcement is not None:
            self._hear_announcement(self._announcement, data)
        elif not self._is_answered_unparsed(data):
            self._parse(data)
            self._looked_at = None

    def _hear_announcement(self, announcement: Announcement, data: bytes) -> None:
        """The PROXY header: whom it names is the client from here on, and counted under its own network."""
        try:
            announced = announcement.feed(data)
        except BrokenAnnouncement:
            self._shut()
            return
        if announced is None:
            return
        self._announcement = None
        if announced.client is not None:
            self.client = announced.client
            self.scheme = "https" if announced.is_tls else "http"
            self._connections.closed(self._connection)
            self._enter(announced.client[0], exempt=self._terms.trusts(announced.client[0]))
        if announced.rest and not self._is_deaf:
            self.data_received(announced.rest)

    def _is_answered_unparsed(self, data: bytes) -> bool:
        """The first look at a plain request that came whole, between two others: most of a flood's are refused before
        parser, scope and cycle are made for them. Whoever is let in is parsed as all are, and not looked at again.
        """
        if self._part is not BETWEEN or len(data) > self._terms.header_bytes or self._unanswered() is not None:
            return False
        head = plain_head(data)
        if head is None:
            return False
        method, path, headers = head
        connection = self._connection
        scope: dict[str, Any] = {
            "method": method,
            "path": self.root_path + path,
            "headers": headers,
            "client": self.client,
            SCOPE_KEY: connection,
        }
        rendered = self._terms.first_look(scope, keep_alive=True)
        if rendered is None:
            self._looked_at = scope
            return False
        self._write_rendered(rendered)
        if connection.stage is not CLOSING:
            connection.enter(IDLE, connection.heard_s)
        return True

    def _parse(self, data: bytes) -> None:
        self._read_bytes = len(data)
        parser: Any = self.parser
        while data:
            try:
                parser.feed_data(data)
                data = b""
            except httptools.HttpParserUpgrade as upgrade:
                if self._should_upgrade():
                    self.handle_websocket_upgrade()
                    return
                # The other protocol is not spoken here: the request is answered as it is, and HTTP goes on behind it.
                data = data[upgrade.args[0] :]
            except httptools.HttpParserError as error:
                stopped = error.__context__
                self._broken(stopped.refusal if isinstance(stopped, StopParsing) else BROKEN)
                return
        if self._part is IN_HEAD:
            self._head_bytes += self._read_bytes
            if self._head_bytes > self._terms.header_bytes:
                self._broken(head_too_large(self._terms.header_bytes))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        connection = self._connection
        self.scope[SCOPE_KEY] = connection  # type: ignore[typeddict-unknown-key]
        self._part = IN_HEAD
        self._head_bytes = 0
        if connection.stage is IDLE:
            connection.enter(HEAD, connection.heard_s)

    def on_headers_complete(self) -> None:
        # Measured exactly only where the bound could be passed at all.
        if self._head_bytes + self._read_bytes > self._terms.header_bytes:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > self._terms.header_bytes:
                raise StopParsing(head_too_large(self._terms.header_bytes))
        if len(self.pipeline) >= PIPELINED:
            raise StopParsing(BROKEN)
        super().on_headers_complete()
        self._part = IN_BODY
        connection = self._connection
        if connection.stage is HEAD:
            connection.enter(BODY, connection.heard_s)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._part = BETWEEN
        connection = self._connection
        cycle: Any = self.cycle
        if connection.stage is not BODY or cycle is None:
            return
        if not cycle.response_complete:
            connection.stage = ANSWER
            if not connection.is_known:
                self._connections.answering(connection)
        elif cycle.keep_alive:
            connection.enter(IDLE, connection.heard_s)
        else:
            self._shut()

    # What goes out.

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._connection.stage is CLOSING:
            cycle.response_started = cycle.response_complete = True
            return
        scope: Any = cycle.scope
        if self._looked_at is not None:
            scope.update(self._looked_at)
        elif (rendered := self._terms.first_look(scope, keep_alive=cycle.keep_alive)) is not None:
            cycle.response_started = cycle.response_complete = True
            self._write_rendered(rendered)
            return
        if self._ending is None:
            self._ending = Ending(self.transport, self._end)
        cycle.transport = self._ending
        if cycle.scope["http_version"] == "1.0":
            app = close_delimited(app, cycle)
        super()._start_asgi_task(cycle, app)

    def _write_rendered(self, rendered: bytes) -> None:
        self.server_state.total_requests += 1
        self.transport.write(dated(rendered, self.server_state.default_headers))
        if self.transport.get_write_buffer_size() > UNREAD_BYTES:
            self._shut()

    def on_response_complete(self) -> None:
        """uvicorn's own, without its timer for each connection that is kept alive."""
        self.server_state.total_requests += 1
        connection = self._connection
        if connection.stage is LINGER or self.transport.is_closing():
            return
        self.flow.resume_reading()
        now_s = self._clock()
        while self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
            if not cycle.response_complete:
                connection.enter(BODY if cycle.more_body else ANSWER, now_s)
                return
            if not cycle.keep_alive:
                self._end()
                return
        if not connection.is_known:
            self._connections.waits(connection)
        # A request that is answered early may have a body to come yet: its deadlines stand.
        if connection.stage is not BODY:
            connection.enter(IDLE if self._part is BETWEEN else HEAD, now_s)

    def send_400_response(self, msg: str) -> None:
        """uvicorn's plain text, in our own form."""
        self._broken(BROKEN)

    def _unanswered(self) -> RequestResponseCycle | None:
        """The request parsed last, while its answer is not complete."""
        cycle: Any = self.cycle
        return cycle if cycle is not None and not cycle.response_complete else None

    def _broken(self, refusal: Refusal) -> None:
        """What came is no request. The refusal is not mixed up with an answer that is due or begun."""
        cycle = self._unanswered()
        if self._part is IN_BODY:
            is_its_turn = self._connection.stage is BODY
            is_told = cycle is not None and is_its_turn and not cycle.response_started
        elif cycle is None:
            is_told = True
        else:
            # Sound requests stand before it: they are answered, and then the connection ends.
            cycle.keep_alive = False
            self._is_deaf = True
            return
        if is_told:
            self._refuse(refusal, self._terms.linger_s)
        else:
            self._shut()

    def _refuse(self, refusal: Refusal, linger_s: float) -> None:
        terms, cycle = self._terms, self._unanswered()
        # The gate's id where the request came so far, as the log has it under that.
        caller: Any = self.scope.get(CALLER_KEY) if self._part is IN_BODY else None
        request_id = caller.request_id if caller else f"{terms.random.getrandbits(64):016x}"
        more = [*self.server_state.default_headers]
        if self._part is not BETWEEN and self.url.startswith(API):
            more.extend(terms.api_headers())
        if cycle is not None:
            # To the application it is as if the client had left.
            cycle.disconnected = True
            cycle.message_event.set()
        terms.refused(refusal.reason.code)
        heard = () if self._part is BETWEEN else self.headers
        accept = next((value for name, value in heard if name == b"accept"), b"")
        path = "" if self._part is BETWEEN else self.url.decode("latin-1")
        self.transport.write(last_answer(refusal, request_id, more, accept, path))
        self._linger(linger_s)

    # How it ends.

    def _end(self) -> None:
        """In place of closing the transport behind a last answer."""
        if self._part is BETWEEN or self.transport.is_closing():
            self._shut()
        else:
            self._linger(self._terms.linger_s)

    def _linger(self, for_s: float) -> None:
        """Says that all is said, and reads on for a while: a socket that is closed on unread bytes sends a reset, which
        takes the answer along before the client has read it.
        """
        connection = self._connection
        if self.transport.is_closing() or connection.stage is LINGER:
            return
        self._is_deaf = True
        now_s = self._clock()
        connection.enter(LINGER, now_s)
        connection.until_s = now_s + for_s
        self._connections.waits(connection)
        self.flow.resume_reading()
        self.transport.write_eof()

    def _shut(self) -> None:
        """Closes when what is written is sent; the sweep sees to it that this comes to pass."""
        self._is_deaf = True
        self._connection.stage = CLOSING
        self.transport.close()

    # What the sweep asks of it: ``connections.Line``.

    def held(self) -> bool:
        """Reading is paused, or the client waits for our "100 Continue"."""
        cycle = self._unanswered()
        return self.flow.read_paused or (cycle is not None and cycle.waiting_for_100_continue)

    def unsent_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def cut(self, due: Due) -> None:
        cycle = self._unanswered()
        if due is Due.HEAD and self._part is IN_HEAD:
            self._refuse(HEAD_TOO_SLOW, LAST_WORDS_S)
        elif due is Due.BODY and cycle is not None and not cycle.response_started:
            self._refuse(BODY_TOO_SLOW, LAST_WORDS_S)
        else:
            self._shut()

    def abort(self) -> None:
        self._is_deaf = True
        self.transport.abort()


def protocol_under(terms: Terms) -> Any:
    """For uvicorn's ``http``, which takes whatever makes a protocol, though its type says otherwise."""
    return partial(EdgeProtocol, terms=terms)
