"""The local model as an engine. Knows when to ask again after a crash; the process and the HTTP are others' work."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from seawall.engines.child_order import ChildOrder
from seawall.engines.child_socket import SOCKET_NAME, client_of, decodes_of, fresh_folder
from seawall.engines.first_token import until_first_token
from seawall.engines.holding import Holding
from seawall.engines.life import Life
from seawall.engines.model_list import read_models
from seawall.engines.port import EngineBroke, EngineError, EngineReport, EngineUnavailable, ModelOffer
from seawall.engines.quarantine import Quarantine
from seawall.engines.sizing import is_exact, slots_for, usable_cores
from seawall.engines.supervisor import Supervisor
from seawall.engines.upstream import Upstream
from seawall.values.piece import Piece
from seawall.values.question import Question

GGUF_MAGIC = b"GGUF"
# A restart takes under a second; what takes longer than this is refused, not waited for.
RESTART_PATIENCE_S = 10.0
# Between a connection that breaks and the notice that its process has died.
DEATH_NOTICE_S = 1.0


class _Died(EngineUnavailable):
    """The child died before this answer's first token."""


class Embedded:
    """One model in one supervised child process.

    A question that had sent no token when the child died is asked once more. Those that were about at a death are
    suspects: they are asked one at a time until their first token, so that a question which kills the child a second
    time takes no innocent one along into quarantine.

    Args:
        slots, memory_limit_mib: chosen by what is there where 0.
        context_tokens: of each slot.
        stall_s: without progress for so long while somebody waits, the child is restarted.
    """

    def __init__(
        self,
        model_path: Path,
        model_name: str,
        *,
        slots: int,
        context_tokens: int,
        memory_limit_mib: int,
        stall_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._model_path = model_path
        self._model_name = model_name
        self._context_tokens = context_tokens
        self._memory_limit_mib = memory_limit_mib
        self._stall_s = stall_s
        self._clock = clock
        self._quarantine = Quarantine(clock=clock)
        self._one_suspect = asyncio.Lock()
        self._holding = Holding(slots)
        self._models: tuple[ModelOffer, ...] = ()
        self._folder: str | None = None
        self._client: Upstream | None = None
        self._supervisor: Supervisor | None = None

    async def start(self) -> None:
        """Begins to load the model. Raises EngineError when it is not there or there is nothing to run it with."""
        if self._supervisor is not None:
            return
        if find_spec("xllamacpp") is None:
            raise EngineError('The local engine is not installed. Install it with: pip install "seawall[local]"')
        order = self._order(await asyncio.to_thread(_checked_size, self._model_path))
        self._holding.slots = order.slots
        self._client = client_of(order.socket_path, order.key)
        self._client.open()
        self._supervisor = Supervisor(
            order,
            on_alive=self._learn,
            on_death=self._quarantine.died,
            decodes=self.decodes,
            stall_s=self._stall_s,
            clock=self._clock,
        )
        self._supervisor.start()

    async def ask(self, question: Question) -> AsyncGenerator[Piece, None]:
        """See the port. Raises Quarantined too."""
        self._running()
        with self._holding:
            for may_repeat in (True, False):
                try:
                    async with aclosing(self._attempt(question)) as pieces:
                        async for piece in pieces:
                            yield piece
                    return
                except _Died:
                    if not may_repeat:
                        self._quarantine.check(question)
                        raise

    def report(self) -> EngineReport:
        """See the port."""
        supervisor = self._supervisor
        return EngineReport(
            name=self._model_name,
            ready=supervisor is not None and supervisor.is_alive,
            slots=self._holding.slots,
            in_flight=self._holding.in_flight,
            models=self._models,
            restarts=supervisor.restarts if supervisor else 0,
            trouble=supervisor.trouble if supervisor else "It is not started.",
        )

    @property
    def child_pid(self) -> int | None:
        """The process that holds the model now, for whoever measures or ends it."""
        return self._supervisor.pid if self._supervisor else None

    async def decodes(self) -> int:
        """How many steps the model has made in this life. Raises EngineError."""
        return await decodes_of(self._running()[1])

    async def close(self) -> None:
        """See the port."""
        if self._supervisor is not None:
            await self._supervisor.close()
        if self._client is not None:
            await self._client.close()
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def _attempt(self, question: Question) -> AsyncGenerator[Piece, None]:
        """One asking. Raises _Died besides what the port says."""
        supervisor, client = self._running()
        async with AsyncExitStack() as suspicion:
            if self._quarantine.is_suspect(question):
                await suspicion.enter_async_context(self._one_suspect)
            self._quarantine.check(question)
            life = await supervisor.life(RESTART_PATIENCE_S)
            with self._quarantine.watching(question) as watch:
                async with aclosing(_counted(client.pieces(question), life)) as pieces:
                    for piece in await _head(pieces, life):
                        await suspicion.aclose()
                        yield piece
                    try:
                        async for piece in pieces:
                            yield piece
                    except EngineBroke:
                        await life.ended_within(DEATH_NOTICE_S)  # So that it is in flight when deaths are marked.
                        raise
                watch.answered = True

    async def _learn(self) -> None:
        """What the loaded model can do. Tools only where its chat template has them: llama-server drops them silently
        elsewhere. ``response_format`` works with every model, as it constrains the sampler."""
        _, client = self._running()
        props = await client.get_object("/props", from_root=True)
        abilities: Any = props.get("chat_template_caps") or {}
        has_tools = bool(abilities.get("supports_tools"))
        models = read_models(await client.get_object("/models"))
        modalities: Any = props.get("modalities") or {}
        sees = bool(modalities.get("vision"))
        # llama-server makes them only where it is started to, and then of the same model: no chat model's are any good.
        self._models = tuple(
            replace(offer, tools=has_tools, response_format=True, vision=sees, embeddings=False) for offer in models
        )

    def _running(self) -> tuple[Supervisor, Upstream]:
        if self._supervisor is None or self._client is None:
            raise EngineUnavailable("The engine is not running.")
        return self._supervisor, self._client

    def _order(self, model_bytes: int) -> ChildOrder:
        cores = usable_cores()
        self._folder = fresh_folder()
        return ChildOrder(
            model_path=str(self._model_path),
            model_name=self._model_name,
            socket_path=f"{self._folder}/{SOCKET_NAME}",
            key=secrets.token_urlsafe(24),
            slots=self._holding.slots or slots_for(model_bytes, cores),
            context_tokens=self._context_tokens,
            threads=cores,
            memory_limit_mib=self._memory_limit_mib,
            parent_pid=os.getpid(),
            exact=is_exact(model_bytes),
        )


async def _head(pieces: AsyncGenerator[Piece, None], life: Life) -> list[Piece]:
    """The pieces up to the first token. Raises _Died when the child died before it."""
    try:
        head = await until_first_token(pieces)
    except (EngineUnavailable, EngineBroke) as error:
        if await life.ended_within(DEATH_NOTICE_S):
            raise _Died("The model failed while it worked on this request. Try again in a moment.") from error
        raise EngineUnavailable(error.message) from error
    life.spoke = True
    return head


async def _counted(pieces: AsyncGenerator[Piece, None], life: Life) -> AsyncGenerator[Piece, None]:
    """The same pieces, told to the life that says them: who waits, and that it moves."""
    life.waiting += 1
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                life.moves += 1
                life.waiting -= 1
                try:
                    yield piece
                finally:
                    life.waiting += 1
    finally:
        life.waiting -= 1


def _checked_size(model_path: Path) -> int:
    """A model file's bytes. Raises EngineError when it cannot be one."""
    try:
        with model_path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
        size = model_path.stat().st_size
    except OSError as error:
        raise EngineError(f"The model file {model_path} cannot be read: {error.strerror}.") from error
    if magic != GGUF_MAGIC:
        raise EngineError(f"{model_path} is no GGUF file. Choose another model, or download this one again.")
    return size
