"""Every adapter of the engine port, each over its real thing. Knows how to make them; tests nothing."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from patience import until
from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.engines.embedded import Embedded
from seawall.engines.openai_compatible import OpenAICompatible, PriorityOrder
from seawall.engines.pool import Pool
from seawall.engines.port import Engine
from seawall.values.question import Question
from upstream_server import upstream_server

# Two slots everywhere; answers long and slow enough to be caught in the middle.
SCRIPT = "echo:slots=2,tokens=200,ttft_ms=100,token_ms=10,context=2048"


@dataclass(frozen=True)
class Place:
    """An engine that was not started yet, its model's name and its slots."""

    engine: Engine
    model: str
    slots: int = 2

    def question(self, text: str = "Tell me a long story.", max_tokens: int = 150, *, stream: bool = True) -> Question:
        fields = {"messages": [{"role": "user", "content": text}], "temperature": 0}
        return Question(self.model, fields, max_tokens, stream=stream)

    async def ready(self) -> Engine:
        await self.engine.start()
        await until(lambda: self.engine.report().ready)
        return self.engine


def embedded(model: Path, *, slots: int = 2, stall_s: float = 30.0, memory_limit_mib: int = 0) -> Embedded:
    return Embedded(
        model,
        "small",
        slots=slots,
        context_tokens=2048,
        memory_limit_mib=memory_limit_mib,
        stall_s=stall_s,
        clock=time.monotonic,
    )


def upstream(
    url: str,
    *,
    slots: int = 2,
    key: str = "",
    stall_s: float = 5.0,
    order: PriorityOrder | None = None,
) -> OpenAICompatible:
    return OpenAICompatible(
        url,
        key=key,
        slots=slots,
        order=order,
        fallback_model="named",
        connect_s=2.0,
        stall_s=stall_s,
        random=Random(1),
    )


@asynccontextmanager
async def echo_place(_: Path | None) -> AsyncGenerator[Place]:
    yield Place(Echo(EchoScript.parse(SCRIPT)), "echo")


@asynccontextmanager
async def upstream_place(_: Path | None) -> AsyncGenerator[Place]:
    async with upstream_server(SCRIPT) as server:
        yield Place(upstream(server.url), "echo")


@asynccontextmanager
async def pool_place(_: Path | None) -> AsyncGenerator[Place]:
    async with upstream_server(SCRIPT) as one, upstream_server(SCRIPT) as other:
        members = [upstream(one.url, slots=1), upstream(other.url, slots=1)]
        pool = Pool(members, clock=time.monotonic, random=Random(1))
        await pool.start()
        # Its slots are its ready members': here the suite wants both.
        await until(lambda: pool.report().slots == 2)
        yield Place(pool, "echo")


@asynccontextmanager
async def embedded_place(model: Path | None) -> AsyncGenerator[Place]:
    assert model is not None
    yield Place(embedded(model), "small")


PLACES: dict[str, Callable[[Path | None], AbstractAsyncContextManager[Place]]] = {
    "echo": echo_place,
    "openai_compatible": upstream_place,
    "pool": pool_place,
    "embedded": embedded_place,
}
