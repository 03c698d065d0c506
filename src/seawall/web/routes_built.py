"""Has the framework build its routes before anybody asks. Knows that it is lazy; knows no route."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.types import Scope


def take_in(app: FastAPI, router: APIRouter) -> None:
    """The router's routes as they are. ``include_router`` builds each of them a second time, for what it could add to
    them and we never do: half of what it costs to join the application.
    """
    app.router.routes.extend(router.routes)


def build_routes(routes: Iterable[BaseRoute]) -> None:
    """FastAPI builds included routers while the first request waits: 60 ms, in which no stream and no page moves on.

    Nothing is at the path that is asked for here, so each of them is looked at.
    """
    for route in routes:
        nowhere: Scope = {"type": "http", "method": "GET", "path": "//", "path_params": {}, "headers": []}
        route.matches(nowhere)
