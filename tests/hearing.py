"""Event streams as the tests hear them, event by event. Knows SSE; knows no test."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx


class Heard:
    """A stream that is read event by event; letting go of httpx's own iterator would end the request."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()
        self.number = 0

    async def next(self) -> tuple[str, dict[str, Any]] | None:
        """None at the end of the stream."""
        name = ""
        async for line in self._lines:
            if line.startswith("id: "):
                self.number = int(line.removeprefix("id: "))
            elif line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
        return None

    async def until(self, wanted: str) -> dict[str, Any]:
        while (event := await self.next()) is not None:
            if event[0] == wanted:
                return event[1]
        raise AssertionError(f"the stream ended without {wanted}")

    async def rest(self) -> list[tuple[str, dict[str, Any]]]:
        told: list[tuple[str, dict[str, Any]]] = []
        while (event := await self.next()) is not None:
            told.append(event)
        return told


@asynccontextmanager
async def hearing(browser: httpx.AsyncClient, path: str, **headers: str) -> AsyncGenerator[Heard]:
    async with browser.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        yield Heard(response)
