"""What the sieges ask for. Knows logs; knows no mix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """A siege asks ten thousand times: nobody reads a line for each."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()
