"""An OpenAI-compatible server as an engine: vLLM, SGLang, llama-server, a hosted API. Knows one; knows no pool."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from random import Random
from typing import Literal

import aiohttp
from yarl import URL

from seawall.engines.holding import Holding
from seawall.engines.model_list import NOTHING_TOLD, Abilities, read_models
from seawall.engines.port import (
    EngineError,
    EngineLoad,
    EngineRejected,
    EngineReport,
    EngineUnavailable,
    ModelOffer,
)
from seawall.engines.upstream import Unreachable, Upstream
from seawall.engines.upstream_load import read_load
from seawall.values.piece import Piece
from seawall.values.question import Question

REFRESH_S = 30.0
# How old a server's word of its own load may be while it works for us. It costs one small request.
LOAD_S = 1.0
FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 10.0
# Below the 5 s after which uvicorn, and with it vLLM, closes a kept connection.
KEEP_CONNECTION_S = 4.0


# vLLM (``--scheduling-policy priority``) serves the lowest number first, SGLang (``--enable-priority-scheduling``) the
# highest unless it is told otherwise. vLLM answers an error where it is sent one and does not order by it.
PriorityOrder = Literal["low_first", "high_first"]


class OpenAICompatible:
    """One upstream server.

    Its models are read from ``GET /models`` in the background, at first soon and again, then every ``REFRESH_S``.
    It is ready while that answers; a server that has no such list offers ``fallback_model`` instead.

    Its load is read from ``/metrics`` where that answers in a known form, every ``LOAD_S`` while it works for us.

    Args:
        base: such as ``http://127.0.0.1:9000/v1``.
        slots: the most answers it is asked for at once.
        slots_fixed: False where ``slots`` is a ceiling, below which the right number is to be learned.
        order: how the server orders by ``priority``; None where it is sent none.
        abilities: what is told of its models beside what it tells itself.
        random: spreads the refreshes of several gateways over time.
    """

    def __init__(
        self,
        base: str,
        *,
        key: str,
        slots: int,
        slots_fixed: bool = True,
        order: PriorityOrder | None = None,
        fallback_model: str,
        connect_s: float,
        stall_s: float,
        random: Random,
        abilities: Abilities = NOTHING_TOLD,
    ) -> None:
        self._upstream = Upstream(
            base,
            key,
            connector=lambda: aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_CONNECTION_S),
            afresh=lambda: aiohttp.TCPConnector(limit=0, force_close=True),
            connect_s=connect_s,
            stall_s=stall_s,
        )
        # Reports go to operators and logs: a password in the address stays out of them.
        self._name = str(URL(base).with_user(None).with_query(None))
        self._fallback_model = fallback_model
        self._abilities = abilities
        self._random = random
        self._holding = Holding(slots)
        self._slots_fixed = slots_fixed
        self._order: PriorityOrder | None = order
        self._load: EngineLoad | None = None
        self._models: tuple[ModelOffer, ...] = ()
        self._trouble: str | None = "It has not answered yet."
        self._look_again = asyncio.Event()
        self._watches: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begins to look for the server's models; does not wait for the server."""
        if not self._watches:
            self._upstream.open()
            self._watches = [
                asyncio.create_task(self._keep_looking(), name=f"models of {self._name}"),
                asyncio.create_task(self._keep_reading_load(), name=f"load of {self._name}"),
            ]

    async def ask(self, question: Question) -> AsyncGenerator[Piece, None]:
        """See the port."""
        with self._holding:
            try:
                async with aclosing(self._upstream.pieces(question, self._told(question))) as pieces:
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
            slots_fixed=self._slots_fixed,
            load=self._load,
        )

    async def close(self) -> None:
        """See the port."""
        for watch in self._watches:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
        self._trouble = "It is closed."
        await self._upstream.close()

    def _told(self, question: Question) -> Mapping[str, int]:
        """What the server is told beside OpenAI's own fields."""
        if self._order is None:
            return {}
        return {"priority": question.priority if self._order == "low_first" else -question.priority}

    def _offer(self, models: tuple[ModelOffer, ...]) -> None:
        self._models = tuple(map(self._abilities.added, models))

    async def _keep_reading_load(self) -> None:
        while True:
            self._load = await self._read_load()
            known = self._load is not None and self._trouble is None
            # Whoever publishes nothing is asked seldom, in case that it was only starting.
            pause_s = LOAD_S if known and self._holding.in_flight else 5 * LOAD_S if known else REFRESH_S
            await asyncio.sleep(pause_s * self._random.uniform(0.8, 1.2))

    async def _read_load(self) -> EngineLoad | None:
        try:
            exposition = await self._upstream.get("/metrics", from_root=True)
        except EngineError:
            return None
        return read_load(exposition.decode(errors="replace"))

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
            self._offer(read_models(await self._upstream.get_object("/models")))
            self._trouble = None
        except EngineRejected:  # It is there, but keeps no list (404, 405).
            self._offer((ModelOffer(self._fallback_model, tools=True, response_format=True),))
            self._trouble = None
        except Unreachable as error:
            self._trouble = error.cause
        except EngineUnavailable as error:
            self._trouble = error.message
        except EngineError:  # Full: it lives, and the list can wait.
            self._trouble = None
