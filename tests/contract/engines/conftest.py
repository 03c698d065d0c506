"""The suite's subject: each adapter in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine_places import PLACES, Place


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    model: Path | None = request.getfixturevalue("small_model") if request.param == "embedded" else None
    async with PLACES[request.param](model) as made:
        yield made
        await made.engine.close()
