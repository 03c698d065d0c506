"""The shortest way in."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seawall.web.api.shortcut import Shortcut


def named(name: str, taken: list[str]) -> ASGIApp:
    async def way(scope: Scope, receive: Receive, send: Send) -> None:
        taken.append(name)

    return way


async def told(request: Request, error: Exception) -> Response:
    return Response(str(error), 500)


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
    shortcut = Shortcut("/often", named("straight", taken), named("framework", taken), told)

    async def receive() -> dict[str, object]:
        raise AssertionError

    async def send(message: object) -> None:
        raise AssertionError

    await shortcut(scope, receive, send)

    assert taken == [way]


@pytest.mark.parametrize("begins", [False, True])
async def test_a_fault_is_told_where_nothing_was_sent_and_raised_in_any_case(begins: bool) -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        if begins:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("broken")

    async def receive() -> Message:
        raise AssertionError

    sent: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    shortcut = Shortcut("/often", breaks, named("framework", []), told)
    with pytest.raises(ValueError, match="broken"):
        await shortcut({"type": "http", "method": "POST", "path": "/often", "headers": []}, receive, send)
    assert sent == ([200] if begins else [500])
