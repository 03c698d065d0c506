"""Speaks OpenAI's HTTP to one server. Knows requests, streams and their faults; knows no slots and no models.

Bytes are relayed as received and parsed only for accounting. CPU matters: this is most of what a token costs us.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

import aiohttp
from pydantic_core import from_json, to_json

from seawall.engines.chunk_stream import LARGEST_BODY_BYTES, BrokeOff, ChunkStream, read_body, read_whole
from seawall.engines.counting import Counting
from seawall.engines.port import EngineBroke, EngineError, EngineFull, EngineUnavailable
from seawall.engines.reading import Unreadable, read_embeddings
from seawall.engines.stall_timer import StallTimer
from seawall.engines.upstream_errors import error_of_status
from seawall.values.piece import Piece
from seawall.values.question import Question, Wanted

LARGEST_ERROR_BYTES = 64 * 1024
# aiohttp warns of larger bodies that are given as bytes, because they are written in one go.
LARGEST_DIRECT_BYTES = 1024 * 1024
# 256 texts of 8,192 dimensions as decimal numbers.
LARGEST_EMBEDDINGS_BYTES = 64 * 1024 * 1024
# An answer that comes in one piece may take so long for each token that it was allowed.
SLOWEST_TOKEN_S = 0.2
# For what is asked beside the answers: models, properties, metrics.
ASIDE_S = 5.0
NOTHING: Mapping[str, int] = MappingProxyType({})

_FAULTS = (aiohttp.ClientError, TimeoutError, OSError)
_NOT_UNDERSTOOD = "The model server's answer cannot be understood."
_UNREACHABLE = "The model server cannot be reached. Try again in a moment."
_SILENT = "The model server has stopped answering. Try again in a moment."
_BROKE_OFF = "The model server broke off before the answer's end."


class Unreachable(EngineUnavailable):
    """No connection came about. ``cause`` says why, to the operator."""

    def __init__(self, cause: str) -> None:
        super().__init__(_UNREACHABLE)
        self.cause = cause


class Upstream:
    """One server, one session. ``open`` it inside the event loop before use.

    Args:
        base: the address that ``/chat/completions`` and ``/models`` are appended to.
        key: sent as a bearer token where it is not empty.
        connector: makes the session's connector: TCP, or a UNIX socket.
        afresh: makes one that keeps no connections, where the other does: for what a kept one failed.
        connect_s: patience for a connection.
        stall_s: silence after which an answer is given up; None leaves that to whoever knows better.
    """

    def __init__(
        self,
        base: str,
        key: str,
        *,
        connector: Callable[[], aiohttp.BaseConnector],
        afresh: Callable[[], aiohttp.BaseConnector] | None = None,
        connect_s: float,
        stall_s: float | None,
    ) -> None:
        self._base = base.rstrip("/")
        self._urls = {
            Wanted.ANSWER: f"{self._base}/chat/completions",
            Wanted.EMBEDDINGS: f"{self._base}/embeddings",
        }
        self._counting = Counting(self._ask_beside)
        self._key = key
        self._connector = connector
        self._afresh = afresh
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_s)
        self._stall_s = stall_s
        self._session: aiohttp.ClientSession | None = None
        self._session_afresh: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Makes the session. Idempotent; connects to nothing yet."""
        if self._session is not None:
            return
        self._session = self._new_session(self._connector())
        if self._afresh is not None:
            self._session_afresh = self._new_session(self._afresh())

    async def close(self) -> None:
        """Closes every connection; answers under way end with EngineBroke. Idempotent."""
        for session in (self._session, self._session_afresh):
            if session is not None:
                await session.close()

    async def pieces(self, question: Question, beside: Mapping[str, int] = NOTHING) -> AsyncGenerator[Piece, None]:
        """The answer. Closing the generator closes the connection, by which the server learns at once.

        ``beside`` are fields of this server's own that go along.

        Raises: what the port says.
        """
        if question.wanted is Wanted.COUNT:
            yield await self._counting.count(question)
            return
        began = False
        response = await self._post(question, beside)
        stall = StallTimer(self._stall_s, response.close)
        try:
            if response.status != 200 or not question.stream or _is_json(response):
                async with asyncio.timeout(self._stall_s):
                    whole = await self._whole(response, question.wanted)
                if question.stream:
                    raise Unreadable
                yield whole
                return
            stream = ChunkStream(response.content, stall)
            while pieces := await stream.read():
                for piece in pieces:
                    began = True
                    yield piece
        except (EngineBroke, EngineFull, Unreadable, BrokeOff, *_FAULTS) as error:
            raise _settled(TimeoutError() if stall.expired else error, began) from error
        finally:
            stall.cancel()
            # Where the body was read to its end this changes nothing: the connection went back to the pool then.
            response.close()

    async def get(self, path: str, *, from_root: bool = False) -> bytes:
        """A small document beside the answers. Raises EngineError."""
        root = self._base.removesuffix("/v1") if from_root else self._base
        try:
            async with (
                asyncio.timeout(ASIDE_S),
                self._open_session().get(root + path, allow_redirects=False) as response,
            ):
                if response.status != 200:
                    raise await self._refused(response)
                return await read_body(response, LARGEST_BODY_BYTES)
        except Unreadable as error:
            raise EngineUnavailable(_NOT_UNDERSTOOD) from error
        except _FAULTS as error:
            raise Unreachable(_cause(error)) from error

    async def get_object(self, path: str, *, from_root: bool = False) -> dict[str, Any]:
        """A small JSON object beside the answers. Raises EngineError."""
        body = await self.get(path, from_root=from_root)
        try:
            parsed: Any = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise EngineUnavailable(_NOT_UNDERSTOOD) from error
        if not isinstance(parsed, dict):
            raise EngineUnavailable(_NOT_UNDERSTOOD)
        return cast("dict[str, Any]", parsed)

    async def _post(self, question: Question, beside: Mapping[str, int]) -> aiohttp.ClientResponse:
        """Asks. A kept connection that the server closed just now is no fault of anybody's: once more, on a new one."""
        body = to_json({**question.payload(), **beside} if beside else question.payload())
        session = self._open_session()
        try:
            return await self._post_through(session, question, body)
        except _FAULTS as error:
            if self._session_afresh is None:
                raise Unreachable(_cause(error)) from error
        try:
            # Not from the pool again: a server that closes one kept connection often closes several.
            return await self._post_through(self._session_afresh, question, body)
        except _FAULTS as error:
            raise Unreachable(_cause(error)) from error

    async def _post_through(
        self, session: aiohttp.ClientSession, question: Question, body: bytes
    ) -> aiohttp.ClientResponse:
        """Raises ``_FAULTS`` where a connection broke before the answer's head, Unreachable where none came about."""
        data = io.BytesIO(body) if len(body) > LARGEST_DIRECT_BYTES else body
        try:
            async with asyncio.timeout(self._patience_s(question)):
                return await session.post(self._urls[question.wanted], data=data, allow_redirects=False)
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(_cause(error)) from error
        except aiohttp.ConnectionTimeoutError as error:
            raise Unreachable("the connection timed out") from error
        except TimeoutError as error:
            raise EngineUnavailable(_SILENT) from error

    def _patience_s(self, question: Question) -> float | None:
        """How long the head of the answer may take. One that does not stream is silent until its last token."""
        if self._stall_s is None or question.stream:
            return self._stall_s
        return self._stall_s + question.max_tokens * SLOWEST_TOKEN_S

    async def _ask_beside(self, path: str, body: Mapping[str, Any]) -> Any:
        """A small question beside the answers, at an address from the server's root. Raises EngineError."""
        url = self._base.removesuffix("/v1") + path
        try:
            async with (
                asyncio.timeout(ASIDE_S),
                self._open_session().post(url, data=io.BytesIO(to_json(body)), allow_redirects=False) as response,
            ):
                if response.status != 200:
                    raise await self._refused(response)
                return from_json(await read_body(response, LARGEST_BODY_BYTES))
        except (Unreadable, ValueError) as error:
            raise EngineUnavailable(_NOT_UNDERSTOOD) from error
        except _FAULTS as error:
            raise Unreachable(_cause(error)) from error

    async def _whole(self, response: aiohttp.ClientResponse, wanted: Wanted) -> Piece:
        """The answer that came in one piece. Raises the error that it is instead."""
        if response.status != 200:
            raise await self._refused(response)
        if wanted is Wanted.EMBEDDINGS:
            return read_embeddings(await read_body(response, LARGEST_EMBEDDINGS_BYTES))
        return await read_whole(response)

    async def _refused(self, response: aiohttp.ClientResponse) -> EngineError:
        try:
            body = await read_body(response, LARGEST_ERROR_BYTES)
        except Unreadable:
            body = b""
        return error_of_status(response.status, response.headers.get("Retry-After"), body, self._key)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            raise EngineUnavailable("The engine is not running.")
        return self._session

    def _new_session(self, connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        return aiohttp.ClientSession(
            connector=connector,
            headers=headers,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )


def _is_json(response: aiohttp.ClientResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")


def _settled(error: Exception, began: bool) -> EngineError:
    """What a fault in an answer is to the port: before the first piece "unavailable", after it "broke"."""
    if isinstance(error, EngineFull) and not began:
        return error
    if isinstance(error, EngineError):
        sentence = error.message
    elif isinstance(error, Unreadable):
        sentence = _NOT_UNDERSTOOD
    else:
        sentence = _SILENT if isinstance(error, TimeoutError) else _BROKE_OFF
    return EngineBroke(sentence) if began else EngineUnavailable(sentence)


def _cause(error: BaseException) -> str:
    return str(error) or type(error).__name__
