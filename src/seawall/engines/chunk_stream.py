"""Reads an answer's pieces off a response as they come. Knows the end of a stream; knows no requests."""

from __future__ import annotations

import asyncio

import aiohttp

from seawall.engines.port import EngineError
from seawall.engines.reading import Unreadable, read_chunk, read_completion
from seawall.engines.sse_events import EventSplitter, EventTooLarge
from seawall.engines.stall_timer import StallTimer
from seawall.values.piece import Piece

LARGEST_EVENT_BYTES = 1024 * 1024
LARGEST_BODY_BYTES = 16 * 1024 * 1024
# After the last event the server closes the body; waiting that long for it lets the connection be used again.
LINGER_S = 0.1


class BrokeOff(Exception):
    """The stream ended without a finish reason and without ``[DONE]``."""


class ChunkStream:
    """Several events often arrive in one read: they are handed on in one list, which costs less than one by one."""

    __slots__ = ("_content", "_done", "_error", "_finished", "_splitter", "_stall")

    def __init__(self, content: aiohttp.StreamReader, stall: StallTimer) -> None:
        self._content = content
        self._stall = stall
        self._splitter = EventSplitter(LARGEST_EVENT_BYTES)
        self._finished = False
        self._done = False
        self._error: Exception | None = None

    async def read(self) -> list[Piece]:
        """The next pieces; an empty list at the end.

        Raises:
            Unreadable, BrokeOff: the stream is not what it should be.
            EngineError: the server sent an error in it.
            aiohttp.ClientError, TimeoutError: the connection failed.
        """
        while not self._done:
            if self._error is not None:
                raise self._error
            self._stall.waiting()
            try:
                block = await self._content.readany()
            except RuntimeError as error:  # aiohttp's word for a connection that we closed ourselves.
                raise BrokeOff from error
            self._stall.moved()
            if not block:
                if not self._finished:
                    raise BrokeOff
                return []
            if pieces := self._parsed(block):
                return pieces
        await self._linger()
        return []

    def _parsed(self, block: bytes) -> list[Piece]:
        """The pieces of a block. A fault behind some of them waits until they are handed on."""
        pieces: list[Piece] = []
        try:
            for data in self._splitter.feed(block):
                if data == b"[DONE]":
                    self._done = True
                    break
                piece = read_chunk(data)
                if piece.finish is not None:
                    self._finished = True
                pieces.append(piece)
        except EventTooLarge as error:
            self._error = Unreadable(error)
        except (Unreadable, EngineError) as error:
            self._error = error
        return pieces

    async def _linger(self) -> None:
        """Reads the end of the body where it is not in yet, so that the connection can be used again."""
        if self._content.at_eof():
            return
        try:
            async with asyncio.timeout(LINGER_S):
                while await self._content.readany():
                    pass
        except (aiohttp.ClientError, TimeoutError, OSError):
            return  # The answer is whole; the connection alone is lost.


async def read_whole(response: aiohttp.ClientResponse) -> Piece:
    """The one piece of an answer that does not stream. Raises as ``ChunkStream.read`` does."""
    return read_completion(await read_body(response, LARGEST_BODY_BYTES))


async def read_body(response: aiohttp.ClientResponse, limit_bytes: int) -> bytes:
    """A body. Raises Unreadable when it goes on past the limit."""
    blocks: list[bytes] = []
    size = 0
    while block := await response.content.readany():
        size += len(block)
        if size > limit_bytes:
            raise Unreadable
        blocks.append(block)
    return b"".join(blocks)
