"""An OpenAI-compatible server as an engine: vLLM, SGLang, llama-server, a hosted API. Knows one; knows no pool."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from random import Random

import aiohttp
from yarl import URL

from seawall.engines.holding import Holding
from seawall.engines.model_list import read_models
from seawall.engines.port import EngineError, EngineRejected, EngineReport, EngineUnavailable, ModelOffer
from seawall.engines.upstream import Unreachable, Upstream
from seawall.values.piece import Piece
from seawall.values.question import Question

REFRESH_S = 30.0
FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 10.0
# Below the 5 s after which uvicorn, and with it vLLM, closes a kept connection.
KEEP_CONNECTION_S = 4.0


class OpenAICompatible:
    """One upstream server.

    Its models are read from ``GET /models`` in the background, at first soon and again, then every ``REFRESH_S``.
    It is ready while that answers; a server that has no such list offers ``fallback_model`` instead.

    Args:
        base: such as ``http://127.0.0.1:9000/v1``.
        slots: the most answers it is asked for at once.
        random: spreads the refreshes of several gateways over time.
    """

    def __init__(
        self,
        base: str,
        *,
        key: str,
        slots: int,
        fallback_model: str,
        connect_s: float,
        stall_s: float,
        random: Random,
    ) -> None:
        self._upstream = Upstream(
            base,
            key,
            connector=lambda: aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_CONNECTION_S),
            connect_s=connect_s,
            stall_s=stall_s,
        )
        # Reports go to operators and logs: a password in the address stays out of them.
        self._name = str(URL(base).with_user(None).with_query(None))
        self._fallback_model = fallback_model
        self._random = random
        self._holding = Holding(slots)
        self._models: tuple[ModelOffer, ...] = ()
        self._trouble: str | None = "It has not answered yet."
        self._look_again = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to look for the server's models; does not wait for the server."""
        if self._watch is None:
            self._upstream.open()
            self._watch = asyncio.create_task(self._keep_looking(), name=f"models of {self._name}")

    async def ask(self, question: Question) -> AsyncGenerator[Piece, None]:
        """See the port."""
        with self._holding:
            try:
                async with aclosing(self._upstream.pieces(question)) as pieces:
                    async for piece in pieces:
                        yield piece
            except Unreachable as error:
                if self._trouble is None:
                    self._look_again.set()
                self._trouble = error.cause
                raise

    def report(self) -> EngineReport:
        """See the port. The name is the address."""
        return EngineReport(
            name=self._name,
            ready=self._trouble is None,
            slots=self._holding.slots,
            in_flight=self._holding.in_flight,
            models=self._models,
            trouble=self._trouble,
        )

    async def close(self) -> None:
        """See the port."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        self._trouble = "It is closed."
        await self._upstream.close()

    async def _keep_looking(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            self._look_again.clear()
            await self._look()
            if self._trouble is None:
                retry_s, delay_s = FIRST_RETRY_S, REFRESH_S
            else:
                retry_s, delay_s = min(2 * retry_s, LONGEST_RETRY_S), retry_s
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look_again.wait(), delay_s * self._random.uniform(0.8, 1.2))

    async def _look(self) -> None:
        try:
            self._models = read_models(await self._upstream.get_object("/models"))
            self._trouble = None
        except EngineRejected:  # It is there, but keeps no list (404, 405).
            self._models = (ModelOffer(self._fallback_model, tools=True, response_format=True),)
            self._trouble = None
        except Unreachable as error:
            self._trouble = error.cause
        except EngineUnavailable as error:
            self._trouble = error.message
        except EngineError:  # Full: it lives, and the list can wait.
            self._trouble = None
