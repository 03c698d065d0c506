"""The shortest way in."""

from __future__ import annotations

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from seawall.web.shortcut import Shortcut


def named(name: str, taken: list[str]) -> ASGIApp:
    async def way(scope: Scope, receive: Receive, send: Send) -> None:
        taken.append(name)

    return way


@pytest.mark.parametrize(
    ("scope", "way"),
    [
        ({"type": "http", "method": "POST", "path": "/often"}, "straight"),
        ({"type": "http", "method": "GET", "path": "/often"}, "framework"),
        ({"type": "http", "method": "POST", "path": "/often/"}, "framework"),
        ({"type": "http", "method": "POST", "path": "/seldom"}, "framework"),
        ({"type": "lifespan"}, "framework"),
    ],
)
async def test_only_a_post_to_the_path_goes_straight(scope: Scope, way: str) -> None:
    taken: list[str] = []
    shortcut = Shortcut("/often", named("straight", taken), named("framework", taken))

    async def receive() -> dict[str, object]:
        raise AssertionError

    async def send(message: object) -> None:
        raise AssertionError

    await shortcut(scope, receive, send)

    assert taken == [way]
