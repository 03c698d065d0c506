"""One question's way through the queue, for who waits with it. Knows places and results; decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from seawall.scheduling.leaf import Leaf
from seawall.scheduling.reserve import Hold
from seawall.scheduling.slots import Slot
from seawall.values.refusal import Refusal
from seawall.values.ticket import Screened, ServiceClass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody waits at ``place``, counted from 1 in the order of service, for about ``wait_s`` more.

    Place and time only ever shrink. Where that cannot be kept, ``longer`` is True: the asker is to be told so.
    """

    place: int
    wait_s: float | None = None
    longer: bool = False


_FIRST = Waiting(1)


class Turns(Protocol):
    """What a turn asks of its queue."""

    def enter(self, turn: Turn) -> None:
        """Grants, lines up or refuses."""
        ...

    def leave(self, turn: Turn) -> None:
        """Ends a turn from whatever state."""
        ...

    def keep_ticking(self) -> None:
        """Sees to it that time passes in the queue while there is anything to watch."""
        ...


class Turn:
    """An ``async with``, so that whoever vanishes leaves at once.

    States: entered -> granted | waiting -> granted | refused; ended from each of them.
    """

    __slots__ = (
        "_changed", "_queue", "account", "at_once", "charged_ms", "cost_ms", "entered_s", "eta_s", "expires_s", "flow",
        "hold", "kv_tokens", "leaf", "level", "most_ms", "path", "prompt_tokens", "result", "service_class", "streams",
        "tie", "told",
    )  # fmt: skip

    def __init__(self, queue: Turns, screened: Screened) -> None:
        ticket = screened.ticket
        self._queue = queue
        self._changed: asyncio.Event | None = None
        self.service_class: ServiceClass = ticket.service_class
        self.flow = ticket.flow
        # What nothing is asked for would never be charged, and so would always come first.
        self.cost_ms = max(1.0, ticket.price.engine_ms)
        # What it may come to at the most: a slot cannot be taken back from who asked for so much.
        self.most_ms = max(self.cost_ms, ticket.price.most_ms)
        self.prompt_tokens = ticket.price.prompt_tokens
        self.kv_tokens = ticket.price.kv_tokens
        self.expires_s = ticket.expires_s
        self.at_once = ticket.at_once
        self.streams = screened.question.stream
        self.account = ""
        self.path: tuple[Hashable, ...] = ()
        self.level = 0
        self.tie = 0.0
        self.leaf: Leaf[Turn] | None = None
        self.hold: Hold | None = None
        self.charged_ms = 0.0
        self.entered_s = 0.0
        self.eta_s: float | None = None
        self.told = _FIRST
        self.result: Slot | Refusal | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether its account may hold only so many slots. A stranger has none, only a line that others share."""
        return self.at_once > 0 and len(self.path) > 1

    @property
    def place(self) -> int:
        """As it was last told."""
        return self.told.place

    async def __aenter__(self) -> Turn:
        self._queue.enter(self)
        self._queue.keep_ticking()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.leave(self)

    async def waiting(self) -> AsyncIterator[Waiting]:
        """Tells place and time at first and whenever they change, until ``result`` is there."""
        while self.result is None:
            changed = self._changed = asyncio.Event()
            yield self.told
            if self.result is None:
                await changed.wait()

    def settle(self, result: Slot | Refusal) -> None:
        """The queue's decision: a slot or a refusal."""
        self.result = result
        self._wake()

    def tell(self, waiting: Waiting) -> None:
        """Something else is to be told than before."""
        self.told = waiting
        self._wake()

    def _wake(self) -> None:
        if self._changed is not None:
            self._changed.set()
