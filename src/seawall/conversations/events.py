"""What happens to an account's conversations, told to whoever listens. Knows accounts; keeps nothing, knows no HTTP."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass

# A person's open tabs on a few devices; one more ends the oldest, which a browser then connects again if it is there.
LISTENERS = 16
# What a listener has not taken yet. Who is further behind does better to ask for everything anew, and is let go for it.
WAITING = 256


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """``name`` is changed, removed, begun, ended or account; the ids are empty where they say nothing."""

    name: str
    conversation_id: str = ""
    answer_id: str = ""


class AccountEvents:
    """Publishes to the listeners of one account. In memory: who was away asks for the list anew."""

    def __init__(self, *, listeners: int = LISTENERS, waiting: int = WAITING) -> None:
        self._most = listeners
        self._waiting = waiting
        self._of: dict[str, deque[_Listener]] = {}
        self._closed = False

    def tell(self, account_id: str, event: AccountEvent) -> None:
        """Neither blocks nor raises."""
        for listener in tuple(self._of.get(account_id, ())):
            if not listener.take(event, self._waiting):
                listener.end()

    async def listen(self, account_id: str, pulse_s: float | None = None) -> AsyncGenerator[list[AccountEvent], None]:
        """What is told from now on, in batches; ends when the service stops, or this listener is one too many.

        After each ``pulse_s`` without anything it tells an empty batch, so that its reader can look around.
        """
        listener = _Listener()
        if self._closed:
            return
        listeners = self._of.setdefault(account_id, deque())
        listeners.append(listener)
        if len(listeners) > self._most:
            listeners[0].end()
        try:
            while (events := await listener.events(pulse_s)) is not None:
                yield events
        finally:
            self._leave(account_id, listener)

    def close(self) -> None:
        """Ends all listeners, and whoever comes later at once."""
        self._closed = True
        for listeners in self._of.values():
            for listener in listeners:
                listener.end()

    def _leave(self, account_id: str, listener: _Listener) -> None:
        listeners = self._of.get(account_id)
        if listeners is not None and listener in listeners:
            listeners.remove(listener)
            if not listeners:
                del self._of[account_id]


class _Listener:
    """One tab. What it has not taken yet is kept in order, each thing once."""

    def __init__(self) -> None:
        self._events: dict[AccountEvent, None] = {}
        self._ended = False
        self._changed = asyncio.Event()

    def take(self, event: AccountEvent, most: int) -> bool:
        """False when so many wait already."""
        self._events.pop(event, None)
        if len(self._events) >= most:
            return False
        self._events[event] = None
        self._changed.set()
        return True

    def end(self) -> None:
        self._ended = True
        self._changed.set()

    async def events(self, within_s: float | None) -> list[AccountEvent] | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._changed.wait()
        if self._ended:
            return None
        self._changed.clear()
        events, self._events = list(self._events), {}
        return events
